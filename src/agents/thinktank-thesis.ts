import { z } from 'zod';
import { at, type JsonObject, numberAt, objectAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, replayOf } from './agreement.ts';
import { requiredTexts, wholeScore } from './answer.ts';
import type { AgentFamily, Artifact, Extraction } from './family.ts';
import { categorical, from60, type Input, numeric, oneRow, subjectOf } from './features.ts';

const UPDATE_REASONS = ['initial', 'event', 'staleness_refresh', 'reconcile', 'operator_refresh'] as const;

const STANCES = ['attractive', 'neutral', 'avoid'] as const;

const STANCE_CODE = new Map<unknown, number>([
  ['avoid', -1],
  ['neutral', 0],
  ['attractive', 1],
]);

/** The metrics of a row of the universe board, as its producer names them. */
const BOARD_METRICS = words(`
  current_price market_cap avg_volume pe pb fcf_yield dividend_yield debt_to_equity current_ratio
  payout_ratio roe gross_margin revenue_growth_3y eps_growth_3y rsi_14 momentum_20d return_60d return_120d
  realized_vol_20d atr_pct dist_from_52w_high price_vs_ma200 beta
`);

const INPUTS: readonly Input<JsonObject>[] = [
  ...numbersOf('news_aggregate', ['n_articles', 'lm_sentiment_mean', 'event_count', 'event_severity_max']),
  ...numbersOf('insider_transactions', ['insider_n_buys_90d', 'insider_n_sells_90d']),
  // Dollars of either sign over many orders of magnitude.
  numeric('insider_net_dollar_flow_90d_log', (snapshot) => {
    const flow = numberAt(snapshot, 'insider_transactions', 'insider_net_dollar_flow_90d');
    return Math.sign(flow) * Math.log1p(Math.abs(flow));
  }),
  ...numbersOf('analyst_revisions', [
    'mean_target_pct_change_30d',
    'num_analysts_current',
    'rating_changed_30d',
  ]),
  ...numbersOf('inst_ownership', ['n_funds_holding', 'shares_qoq_change']),
  ...BOARD_METRICS.map((name) =>
    numeric<JsonObject>(name, (snapshot) => numberAt(snapshot, 'board_row', 'metrics', name)),
  ),
  numeric('prior_rating', (snapshot) => numberAt(snapshot, 'prior_thesis', 'rating')),
  numeric('prior_conviction', (snapshot) => numberAt(snapshot, 'prior_thesis', 'conviction')),
  numeric('prior_stance', (snapshot) => STANCE_CODE.get(at(snapshot, 'prior_thesis', 'stance'))),
  categorical('update_reason', UPDATE_REASONS, (snapshot) => at(snapshot, 'update_reason')),
];

/** Numbers and flags of one block of the snapshot, under their own names. */
function numbersOf(block: string, names: readonly string[]): Input<JsonObject>[] {
  return names.map((name) =>
    numeric(name, (snapshot) => {
      const values = objectAt(snapshot, block);
      const value = at(values, name);
      return typeof value === 'boolean' ? value : numberAt(values, name);
    }),
  );
}

const OWN_OUTPUT = ['prior_rating', 'prior_conviction', 'prior_stance'];

const SUBJECT = subjectOf('thinktank_thesis', INPUTS, ['stance', 'rating_at_least_60'], OWN_OUTPUT);

function stanceIn(thesis: JsonObject | undefined) {
  return STANCES.find((stance) => stance === at(thesis, 'stance'));
}

function extract({ snapshot, output }: Artifact): Extraction {
  const thesis = objectAt(output, 'thesis');
  const stance = stanceIn(thesis);
  if (stance === undefined) return { drop: 'no_decision' };
  const labels = [stance, from60(numberAt(thesis, 'rating'))] as const;
  return oneRow(SUBJECT, INPUTS, snapshot, labels);
}

/** All of it is required and nothing else allowed, as in production. */
const ANSWER = z.strictObject({
  business_summary: z.string(),
  moat: z.string(),
  filings_review: z.string(),
  news_sentiment: z.string(),
  valuation: z.string(),
  market_dynamics: z.string(),
  risks: requiredTexts,
  catalysts: requiredTexts,
  stance: z.enum(STANCES),
  conviction: wholeScore,
  summary: z.string(),
  rating: wholeScore,
  rating_rationale: z.string(),
});

/** The first theses had none. */
const SCORE = z.number().min(0).max(100).nullable();

function scoreAt(thesis: JsonObject | undefined, key: string): number | null {
  const score = numberAt(thesis, key);
  return score >= 0 && score <= 100 ? score : null;
}

function apart(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.abs(a - b);
}

function nearness(points: number | null): number | null {
  return points === null ? null : 1 - points / 100;
}

const replay = replayOf({
  toolLoop: false,
  answer: ANSWER,
  form: formOf(z.strictObject({ stance: z.enum(STANCES), rating: SCORE, conviction: SCORE }), z.null()),
  original({ output }) {
    const thesis = objectAt(output, 'thesis');
    const stance = stanceIn(thesis);
    if (stance === undefined) return { skip: 'no_decision' };
    const decision = { stance, rating: scoreAt(thesis, 'rating'), conviction: scoreAt(thesis, 'conviction') };
    return { decision, context: null };
  },
  decision: ({ stance, rating, conviction }) => ({ stance, rating, conviction }),
  agreement(original, replayed) {
    const stanceEqual = Number(original.stance === replayed.stance);
    const rating = apart(original.rating, replayed.rating);
    const conviction = apart(original.conviction, replayed.conviction);
    return agreementOf(
      [
        [0.5, stanceEqual],
        [0.3, nearness(rating)],
        [0.2, nearness(conviction)],
      ],
      { stance_equal: stanceEqual, rating_abs_diff: rating, conviction_abs_diff: conviction },
    );
  },
});

export const thinktankThesis: AgentFamily = {
  id: 'thinktank_thesis',
  kind: 'llm',
  decision:
    'The stance of a company thesis: attractive, neutral or avoid; beside it whether the analyst’s own rating ' +
    'reaches 60. The features are the numbers of the snapshot. The excerpts of filings, the themes, the events ' +
    'and the prose of the thesis before are text, which they leave out. A thesis mostly stands until something ' +
    'changes it, so the prior stance explains much of what looks explained.',
  captured: { subjects: [SUBJECT], extract },
  replay,
  // A run id names the company or the theme, and its version.
  clusterOf: (_artifactRunId, day) => day,
};
