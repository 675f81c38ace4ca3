import { at, isObject, type JsonObject, numberAt, objectAt } from '../json.ts';
import type { AgentFamily, Artifact, Extraction } from './family.ts';
import { type Input, numeric, readRow, regimeOf, subjectOf } from './features.ts';
import { firstTruthy, safeFloat } from './original.ts';

/** Fields of `macro_data` in their captured units: the yield curve in basis points, the rest in percent or levels. */
const MACRO_FIELDS = [
  'vix',
  'sp500_30d_return',
  'yield_curve_slope',
  'hy_credit_spread_oas',
  'unemployment',
  'cpi_yoy',
];

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
    numeric(field, (snapshot: JsonObject) => numberAt(objectAt(snapshot, 'macro_data'), field)),
  ),
  ...BREADTH_FIELDS.map((field) =>
    numeric(field, (snapshot: JsonObject) => {
      const macro = objectAt(snapshot, 'macro_data');
      return numberAt(at(macro, field) == null ? objectAt(macro, 'breadth') : macro, field);
    }),
  ),
  numeric('intensity_z', (snapshot) => numberAt(substrate(snapshot, 'composite'), 'intensity_z')),
  numeric('hmm_bear_prob', (snapshot) => numberAt(objectAt(substrate(snapshot, 'hmm'), 'probs'), 'bear')),
  numeric('hmm_bull_prob', (snapshot) => numberAt(objectAt(substrate(snapshot, 'hmm'), 'probs'), 'bull')),
  numeric('active_severity_floor', (snapshot) =>
    SEVERITY_FLOOR.get(at(substrate(snapshot, 'guardrails'), 'active_severity_floor')),
  ),
];

const SUBJECT = subjectOf('macro_economist', INPUTS, ['market_regime']);

/** A part of the quantitative regime model's verdict, which captures have held since May 2026. */
function substrate(snapshot: JsonObject, part: string): JsonObject | undefined {
  return objectAt(objectAt(snapshot, 'regime_substrate'), part);
}

function extract({ snapshot, output }: Artifact): Extraction {
  const regime = regimeOf(at(output, 'market_regime'));
  if (regime === undefined) return { drop: 'no_decision' };
  return { subject: SUBJECT, rows: [{ features: readRow(INPUTS, snapshot), labels: [regime] }] };
}

/** The original's features in its order. Captures hold no such container, so that all of them are 0. */
const ORIGINAL_INPUTS: readonly Input<JsonObject>[] = [
  'market_breadth',
  'spy_20d_return',
  'spy_20d_vol',
  'vix_level',
  'vix_term_slope',
  'yield_curve_slope',
].map((name) => numeric(name, (indicators) => safeFloat(at(indicators, name), 0)));

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
  original: { subjects: [ORIGINAL_SUBJECT], extract: extractOriginal },
};
