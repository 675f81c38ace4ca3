import { sum } from 'd3-array';
import { z } from 'zod';
import { at, isObject, type JsonObject, numberAt, objectAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, replayOf, shareOf } from './agreement.ts';
import { numberOf, text, texts } from './answer.ts';
import type { AgentFamily, Artifact, Extraction } from './family.ts';
import { type Input, numeric, oneRow, REGIMES, readRow, regimeOf, subjectOf } from './features.ts';
import { firstTruthy, safeFloat } from './original.ts';

/** Fields of `macro_data` in their captured units: the yield curve in basis points, the rest in percent or levels. */
const MACRO_FIELDS = words(
  'vix sp500_30d_return yield_curve_slope hy_credit_spread_oas unemployment cpi_yoy',
);

/** Written twice, in `macro_data` itself and under `breadth` in it. */
const BREADTH_FIELDS = ['pct_above_50d_ma', 'pct_above_200d_ma', 'advance_decline_ratio'];

/** The regime the guardrails insist on at least; null says that none does. */
const SEVERITY_FLOOR = new Map<unknown, number>([
  [null, 0],
  ['caution', 1],
  ['bear', 2],
]);

const INPUTS: readonly Input<JsonObject>[] = [
  ...MACRO_FIELDS.map((field) =>
    numeric(field, (snapshot: JsonObject) => numberAt(snapshot, 'macro_data', field)),
  ),
  ...BREADTH_FIELDS.map((field) =>
    numeric(field, (snapshot: JsonObject) => {
      const macro = objectAt(snapshot, 'macro_data');
      return numberAt(at(macro, field) == null ? objectAt(macro, 'breadth') : macro, field);
    }),
  ),
  numeric('intensity_z', (snapshot) => numberAt(substrate(snapshot, 'composite'), 'intensity_z')),
  numeric('hmm_bear_prob', (snapshot) => numberAt(substrate(snapshot, 'hmm'), 'probs', 'bear')),
  numeric('hmm_bull_prob', (snapshot) => numberAt(substrate(snapshot, 'hmm'), 'probs', 'bull')),
  numeric('active_severity_floor', (snapshot) =>
    SEVERITY_FLOOR.get(at(substrate(snapshot, 'guardrails'), 'active_severity_floor')),
  ),
];

const SUBJECT = subjectOf('macro_economist', INPUTS, ['market_regime']);

/** A part of the quantitative regime model's verdict, which captures have held since May 2026. */
function substrate(snapshot: JsonObject, part: string): JsonObject | undefined {
  return objectAt(snapshot, 'regime_substrate', part);
}

function regimeIn(output: JsonObject) {
  return regimeOf(at(output, 'market_regime'));
}

function extract({ snapshot, output }: Artifact): Extraction {
  const regime = regimeIn(output);
  if (regime === undefined) return { drop: 'no_decision' };
  return oneRow(SUBJECT, INPUTS, snapshot, [regime]);
}

const SECTORS = [
  'Technology',
  'Healthcare',
  'Financial',
  'Industrials',
  'Materials',
  'Consumer Discretionary',
  'Consumer Staples',
  'Communication Services',
  'Energy',
  'Utilities',
  'Real Estate',
] as const;

/** A value for each sector that the answer names. The wire knows no open maps, so that sectors are listed. */
function bySector<S extends z.ZodType>(value: S) {
  const sectors = Object.fromEntries(SECTORS.map((sector) => [sector, value.optional()]));
  return z.object(sectors).catchall(value).prefault({});
}

/** Any object will do, as it did in production; what should be in it is only asked for. */
const SECTOR_RATING = z.looseObject({}).meta({
  properties: {
    rating: { type: 'string', enum: ['overweight', 'market_weight', 'underweight'] },
    rationale: { type: 'string' },
  },
  required: ['rating', 'rationale'],
});

const ANSWER = z.looseObject({
  report_md: text,
  market_regime: z.preprocess((value) => regimeOf(value) ?? value, z.enum(REGIMES)).prefault('neutral'),
  sector_modifiers: bySector(numberOf(z.number().min(0.7).max(1.3))).describe('1.00 is neutral.'),
  sector_ratings: bySector(SECTOR_RATING),
  key_theme: text,
  material_changes: texts,
});

/** The sectors of a capture: those it names, then such as it leaves out. */
function sectorsIn(output: JsonObject): string[] {
  const modifiers = objectAt(output, 'sector_modifiers');
  const named = Object.keys(modifiers ?? {}).filter((sector) => !Number.isNaN(numberAt(modifiers, sector)));
  const missing = SECTORS.filter((sector) => !named.includes(sector));
  return [...named, ...missing.slice(0, Math.max(0, SECTORS.length - named.length))];
}

function modifiersIn(output: JsonObject, sectors: readonly string[]): number[] {
  const modifiers = objectAt(output, 'sector_modifiers');
  return sectors.map((sector) => {
    const modifier = numberAt(modifiers, sector);
    return Number.isNaN(modifier) ? 1 : modifier;
  });
}

/** Whether production overrules the model: such markets are a bear market, whatever it says. */
function isBearForced(snapshot: JsonObject): boolean {
  const macro = objectAt(snapshot, 'macro_data');
  return numberAt(macro, 'vix') > 30 && numberAt(macro, 'sp500_30d_return') < -10;
}

/** The cuts at which production turned a modifier into a rating. */
function bucket(modifier: number): number {
  return modifier >= 1.08 ? 1 : modifier <= 0.92 ? -1 : 0;
}

const replay = replayOf({
  toolLoop: false,
  answer: ANSWER,
  form: formOf(
    // Modifiers in the context's order of sectors; a sector without one has 1, as in production.
    z.strictObject({ regime: z.enum(REGIMES), modifiers: z.array(z.number()) }),
    z.strictObject({ bearForced: z.boolean(), sectors: z.array(z.string()) }),
  ).refine(({ decision, context }) => decision.modifiers.length === context.sectors.length),
  // What was captured has been through the guardrail.
  original({ snapshot, output }) {
    const regime = regimeIn(output);
    if (regime === undefined || !objectAt(output, 'sector_modifiers')) return { skip: 'no_decision' };
    const sectors = sectorsIn(output);
    return {
      decision: { regime, modifiers: modifiersIn(output, sectors) },
      context: { bearForced: isBearForced(snapshot), sectors },
    };
  },
  decision: (answer, { bearForced, sectors }) => ({
    regime: bearForced ? 'bear' : answer.market_regime,
    modifiers: modifiersIn(answer, sectors),
  }),
  agreement(original, replayed) {
    const pairs = original.modifiers.map(
      (modifier, index) => [modifier, replayed.modifiers[index] ?? 1] as const,
    );
    const regimeEqual = Number(original.regime === replayed.regime);
    const bucketShare = shareOf(pairs.map(([a, b]) => bucket(a) === bucket(b)));
    const differences = pairs.map(([a, b]) => Math.abs(a - b));
    return agreementOf(
      [
        [0.6, regimeEqual],
        [0.4, bucketShare],
      ],
      {
        regime_equal: regimeEqual,
        sector_bucket_share: bucketShare,
        modifier_mae: sum(differences) / differences.length,
      },
    );
  },
});

/** The original's features in its order. Captures hold no such container, so that all of them are 0. */
const ORIGINAL_INPUTS: readonly Input<JsonObject>[] = words(
  'market_breadth spy_20d_return spy_20d_vol vix_level vix_term_slope yield_curve_slope',
).map((name) => numeric(name, (indicators) => safeFloat(at(indicators, name), 0)));

const ORIGINAL_SUBJECT = subjectOf('macro_economist', ORIGINAL_INPUTS, ['market_regime']);

const ORIGINAL_REGIMES = ['bull', 'neutral', 'bear', 'caution'];

function extractOriginal({ snapshot, output }: Artifact): Extraction {
  const regime = ORIGINAL_REGIMES.find((known) => known === at(output, 'market_regime'));
  if (regime === undefined) return { subject: ORIGINAL_SUBJECT, rows: [] };
  const indicators = firstTruthy(at(snapshot, 'macro_indicators'), at(snapshot, 'indicators'));
  const features = readRow(ORIGINAL_INPUTS, isObject(indicators) ? indicators : {});
  return { subject: ORIGINAL_SUBJECT, rows: [{ features, labels: [regime] }] };
}

export const macroEconomist: AgentFamily = {
  id: 'macro_economist',
  kind: 'llm',
  decision:
    'The market regime of the week, after the critic and the guardrails (which force bear at a high VIX and a ' +
    'deep fall), with the former class caution read as neutral. The previous report and, from the end of May ' +
    '2026, the scorecard of the previous cycle weigh in and are no numbers here. One row a run, a week apart: ' +
    'only a long window holds enough of them.',
  captured: { subjects: [SUBJECT], extract },
  replay,
  original: { subjects: [ORIGINAL_SUBJECT], extract: extractOriginal },
};
