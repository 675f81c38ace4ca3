import { z } from 'zod';
import { arrayAt, at, type JsonObject, numberAt, objectAt, stringAt, stringsAt } from '../shared/json.ts';
import { agreementOf, formOf, jaccard, replayOf, shareOf } from './agreement.ts';
import { list, score, text, texts, wholeScore } from './answer.ts';
import { CONVICTION_BANDS, convictionBand, convictionCode } from './conviction.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import {
  categorical,
  from60,
  type Input,
  numeric,
  readRow,
  regimeInput,
  rowsOrDrop,
  stocksAt,
  subjectOf,
  TEAMS,
  teamOf,
} from './features.ts';

/** One of the quantitative analyst's first five, and what is known of all of them, by ticker. */
interface Handed {
  readonly artifact: Artifact;
  readonly ticker: string;
  readonly pick: JsonObject;
  readonly rank: number;
  readonly held: readonly string[] | undefined;
  readonly priors: JsonObject | undefined;
  readonly news: JsonObject | undefined;
  readonly analysts: JsonObject | undefined;
}

const INPUTS: readonly Input<Handed>[] = [
  numeric('quant_score', ({ pick }) => numberAt(pick, 'quant_score')),
  numeric('quant_rank', ({ rank }) => rank),
  numeric('is_held', ({ held, ticker }) => held?.includes(ticker)),
  numeric('has_prior', ({ priors, ticker }) => priors && objectAt(priors, ticker) !== undefined),
  // Only held names have news and analysts, few have a prior.
  numeric('prior_final_score', ({ priors, ticker }) => numberAt(priors, ticker, 'final_score')),
  numeric('prior_conviction', ({ priors, ticker }) => convictionCode(at(priors, ticker, 'conviction'))),
  numeric('article_count', ({ news, ticker }) => numberAt(news, ticker, 'article_count')),
  numeric('num_analysts', ({ analysts, ticker }) => numberAt(analysts, ticker, 'num_analysts')),
  regimeInput(({ artifact }) => at(artifact.snapshot, 'market_regime')),
  categorical('team', TEAMS, ({ artifact }) => teamOf(artifact.agentId)),
];

const OWN_OUTPUT = ['has_prior', 'prior_final_score', 'prior_conviction'];

const SUBJECT = subjectOf('sector_qual', INPUTS, ['conviction_band', 'qual_score_from_60'], OWN_OUTPUT);

function extract(artifact: Artifact): Extraction {
  const { snapshot, output } = artifact;
  const handed = stocksAt(snapshot, 'quant_top5');
  if (handed.size === 0) return { drop: 'no_candidates' };
  const assessments = stocksAt(output, 'assessments');
  const known = {
    held: stringsAt(snapshot, 'held_in_top5'),
    priors: objectAt(snapshot, 'prior_theses_for_top5'),
    news: objectAt(snapshot, 'news_data_for_top5'),
    analysts: objectAt(snapshot, 'analyst_data_for_top5'),
  };
  const rows = [...handed].flatMap(([ticker, pick], index): Row[] => {
    const assessment = assessments.get(ticker);
    const band = convictionBand(numberAt(assessment, 'conviction'));
    if (band === undefined) return [];
    const features = readRow(INPUTS, { artifact, ticker, pick, rank: index + 1, ...known });
    return [{ features, labels: [band, from60(numberAt(assessment, 'qual_score'))] }];
  });
  const unassessed = [...handed.keys()].filter((ticker) => !assessments.has(ticker)).length;
  return rowsOrDrop(SUBJECT, rows, 'no_decision', {
    no_assessment: unassessed,
    no_conviction: handed.size - unassessed - rows.length,
  });
}

const ASSESSMENT = z.looseObject({
  ticker: z.string(),
  qual_score: score.nullable().prefault(null),
  bull_case: text,
  bear_case: text,
  catalysts: texts,
  risks: texts,
  conviction: wholeScore.nullable().prefault(null),
});

const ANSWER = z.looseObject({
  assessments: list(z.array(ASSESSMENT)).prefault([]),
  additional_candidate: ASSESSMENT.nullable().prefault(null),
});

const DECISION = z.strictObject({
  /** By ticker, in alphabetical order; pairs, because a ticker may be any name. */
  bands: z.array(z.tuple([z.string(), z.enum(CONVICTION_BANDS).nullable()])),
  additional: z.string().nullable(),
});

/** Captured output and answer have one shape. */
function decisionIn(output: JsonObject): z.output<typeof DECISION> {
  const assessments = [...stocksAt(output, 'assessments')].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    bands: assessments.map(([ticker, assessment]) => [
      ticker,
      convictionBand(numberAt(assessment, 'conviction')) ?? null,
    ]),
    additional: stringAt(output, 'additional_candidate', 'ticker') || null,
  };
}

const replay = replayOf({
  toolLoop: true,
  answer: ANSWER,
  form: formOf(DECISION, z.null()),
  original({ snapshot, output }) {
    if (stocksAt(snapshot, 'quant_top5').size === 0) return { skip: 'no_candidates' };
    const decision = decisionIn(output);
    // To assess none is a decision, unless an error kept the analyst from it or nothing in the list is readable.
    const isNone = arrayAt(output, 'assessments')?.length === 0 && !at(output, 'error');
    return decision.bands.length > 0 || isNone ? { decision, context: null } : { skip: 'no_decision' };
  },
  decision: decisionIn,
  agreement(original, replayed) {
    const bands = new Map(replayed.bands);
    const overlap = original.bands.filter(([ticker]) => bands.has(ticker));
    const tickers = jaccard(
      original.bands.map(([ticker]) => ticker),
      [...bands.keys()],
    );
    const equal = shareOf(overlap.map(([ticker, band]) => bands.get(ticker) === band));
    return agreementOf([[1, tickers * equal]], {
      additional_candidate_equal: Number(original.additional === replayed.additional),
    });
  },
});

export const sectorQual: AgentFamily = {
  id: 'sector_qual',
  kind: 'llm',
  decision:
    'How convinced the qualitative analyst is of each of the five tickers handed over by the quantitative one: ' +
    'high from 70, medium from 40, low below; as a companion, whether its score reaches 60. It read news, filings ' +
    'and memories through tools, and of those the snapshot holds counts at most: expect a low ceiling.',
  captured: { subjects: [SUBJECT], extract },
  replay,
};
