import { z } from 'zod';
import { arrayAt, at, type JsonObject, numberAt, objectsAt, stringAt, stringsAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, replayOf } from './agreement.ts';
import { text, texts, wholeScore } from './answer.ts';
import { CONVICTION_BANDS, type ConvictionBand, convictionBand, convictionCode } from './conviction.ts';
import type { AgentFamily, Artifact, Extraction } from './family.ts';
import { type Input, numeric, oneRow, subjectOf } from './features.ts';

const TRIGGERS = words(`
  news_volume_spike price_move_gt_2atr analyst_rating_change analyst_target_revision recent_earnings
  insider_cluster insider_selling sector_regime_change
`);

const INPUTS: readonly Input<JsonObject>[] = [
  ...TRIGGERS.map((trigger) =>
    numeric(`trigger_${trigger}`, (snapshot: JsonObject) =>
      stringsAt(snapshot, 'triggers')?.includes(trigger),
    ),
  ),
  numeric('n_triggers', (snapshot) => stringsAt(snapshot, 'triggers')?.length),
  numeric('article_count', (snapshot) => numberAt(snapshot, 'news_data', 'article_count')),
  numeric('prior_final_score', (snapshot) => numberAt(snapshot, 'prior_thesis', 'final_score')),
  numeric('prior_quant_score', (snapshot) => numberAt(snapshot, 'prior_thesis', 'quant_score')),
  numeric('prior_qual_score', (snapshot) => numberAt(snapshot, 'prior_thesis', 'qual_score')),
  numeric('prior_conviction', (snapshot) => convictionCode(at(snapshot, 'prior_thesis', 'conviction'))),
  numeric('latest_surprise_pct', latestSurprise),
  numeric('n_rating_changes', (snapshot) => arrayAt(snapshot, 'analyst_data', 'rating_changes')?.length),
];

const OWN_OUTPUT = ['prior_final_score', 'prior_quant_score', 'prior_qual_score', 'prior_conviction'];

const SUBJECT = subjectOf('thesis_update', INPUTS, ['conviction_band', 'conviction_change'], OWN_OUTPUT);

/** The surprise of the latest report that has one; a report still to come has none. */
function latestSurprise(snapshot: JsonObject): number {
  let latest = { date: '', surprise: Number.NaN };
  for (const report of objectsAt(snapshot, 'analyst_data', 'earnings_surprises')) {
    const date = stringAt(report, 'date') ?? '';
    const surprise = numberAt(report, 'surprise_pct');
    if (date > latest.date && !Number.isNaN(surprise)) latest = { date, surprise };
  }
  return latest.surprise;
}

function extract({ snapshot, output }: Artifact): Extraction {
  const band = bandIn(output);
  if (band === undefined) return { drop: 'no_llm_conviction' };
  const labels = [band, change(band, at(snapshot, 'prior_thesis', 'conviction'))] as const;
  return oneRow(SUBJECT, INPUTS, snapshot, labels);
}

/** The band of the model's own conviction: a whole number, where a carried over one is a word. */
function bandIn(output: JsonObject): ConvictionBand | undefined {
  const conviction = numberAt(output, 'conviction');
  return Number.isInteger(conviction) ? convictionBand(conviction) : undefined;
}

/** The new band beside the prior's word: production stores rising, stable and declining for the three bands. */
function change(band: ConvictionBand, prior: unknown): string | null {
  const difference = BAND_CODE[band] - convictionCode(prior);
  if (Number.isNaN(difference)) return null;
  return difference > 0 ? 'up' : difference < 0 ? 'down' : 'same';
}

const BAND_CODE = { high: 1, medium: 0, low: -1 } as const;

/** A thesis as a model writes it, for a held name here and for an entrant in the committee's answer. */
export const THESIS = z.looseObject({
  bull_case: text,
  bear_case: text,
  catalysts: texts,
  risks: texts,
  conviction: wholeScore.nullable().prefault(null),
  conviction_rationale: text,
  thesis_summary: text,
  triggers_response: text,
});

// The texts are not compared, not even as a diagnostic: where the model left one empty, the capture holds the prior's.
const replay = replayOf({
  toolLoop: false,
  answer: THESIS,
  form: formOf(z.enum(CONVICTION_BANDS).nullable(), z.null()),
  original({ output }) {
    const band = bandIn(output);
    return band ? { decision: band, context: null } : { skip: 'no_llm_conviction' };
  },
  decision: (answer) => bandIn(answer) ?? null,
  agreement: (original, replayed) => agreementOf([[1, likeness(original, replayed)]]),
});

/** Bands that lie side by side are half alike; an answer without a conviction is like none. */
function likeness(a: ConvictionBand | null, b: ConvictionBand | null): number {
  if (a === b) return 1;
  return a && b ? 1 - Math.abs(BAND_CODE[a] - BAND_CODE[b]) / 2 : 0;
}

export const thesisUpdate: AgentFamily = {
  id: 'thesis_update',
  kind: 'llm',
  decision:
    'How convinced the analyst is of a held name after something happened to it: high from 70, medium from 40, low ' +
    'below; as a companion, whether that is more or less than before. Only a whole number is the model’s own: a ' +
    'worded conviction, like the scores and the rating beside it, is carried over from the prior thesis. The ' +
    'articles themselves, on which it mostly turns, are no numbers here.',
  captured: { subjects: [SUBJECT], extract },
  replay,
};
