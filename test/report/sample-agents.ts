import type { EvaluatedRule } from '../../src/report/analysis-file.ts';
import type { Advice } from '../../src/report/data.ts';

/** What an agent of the sample is like: made so that, over all of them, every branch of the page is seen. */
export interface AgentPlan {
  readonly id: string;
  readonly family: string;
  readonly decision: string;
  readonly action: Advice['action'];
  readonly labels: readonly string[];
  readonly features: readonly string[];
  readonly verdict: EvaluatedRule['verdict'];
  readonly reason: string;
  readonly unseen: number | null;
  readonly exact: 'proven' | 'proven_over_candidates' | 'time_limited' | 'same' | 'skipped';
  /** Null: no rule was fitted. */
  readonly rows: number | null;
}

const SCORES = ['quant_score', 'quant_rank', 'is_held', 'prior_final_score', 'prior_final_score__missing'];
const TEAMS = ['team=technology', 'team=healthcare', 'team=consumer', 'regime=bull', 'regime=bear'];
const COMMON = [...SCORES, ...TEAMS];

export const PLANS: readonly AgentPlan[] = [
  {
    id: 'sector_quant',
    family: 'sector_quant',
    decision:
      'Which tickers of a sector the quantitative analyst ranks among its first five. It worked with tools, whose answers are not captured, so that the technical data explains only a part.',
    action: 'replace',
    labels: ['not_picked', 'picked'],
    features: ['technical_score', 'momentum_20d', 'rsi_14', 'price_vs_ma50', 'regime=bull'],
    verdict: 'explained',
    reason: 'above_both',
    unseen: 0.971,
    exact: 'same',
    rows: 802,
  },
  {
    id: 'sector_qual',
    family: 'sector_qual',
    decision:
      'How convinced the qualitative analyst is of each of the five tickers handed over by the quantitative one: high from 70, medium from 40, low below. It read news and filings through tools: expect a low ceiling.',
    action: 'wait',
    labels: ['high', 'low', 'medium'],
    features: COMMON,
    verdict: 'inconclusive',
    reason: 'match_unclear',
    unseen: 0.861,
    exact: 'proven',
    rows: 208,
  },
  {
    id: 'sector_peer_review',
    family: 'sector_peer_review',
    decision: 'Which up to three candidates of a slate the two analysts of a sector recommend together.',
    action: 'switch',
    labels: ['not_recommended', 'recommended'],
    features: ['combined_rank', 'quant_score__missing', ...COMMON],
    verdict: 'not_explained',
    reason: 'not_above_baseline',
    unseen: 0.62,
    exact: 'proven_over_candidates',
    rows: 177,
  },
  {
    id: 'thesis_update',
    family: 'thesis_update',
    decision: 'How convinced the analyst is of a held name after something happened to it.',
    action: 'keep',
    labels: ['high', 'low', 'medium'],
    features: ['prior_final_score', 'trigger_analyst_rating_change', 'article_count', ...TEAMS],
    verdict: 'not_explained',
    reason: 'below_threshold',
    unseen: 0.583,
    exact: 'time_limited',
    rows: 60,
  },
  {
    id: 'macro_economist',
    family: 'macro_economist',
    decision: 'The market regime of the week, after the critic and the guardrails.',
    action: 'wait',
    labels: ['bear', 'bull', 'neutral'],
    features: ['vix', 'sp500_30d_return', 'hy_credit_spread_oas', 'intensity_z__missing'],
    verdict: 'inconclusive',
    reason: 'too_few_runs',
    unseen: null,
    exact: 'same',
    rows: 14,
  },
  {
    id: 'ic_cio',
    family: 'ic_cio',
    decision: 'Whether the investment committee wants a candidate advanced.',
    action: 'replace',
    labels: ['ADVANCE', 'REJECT'],
    features: ['combined', 'n_catalysts', 'qual_score', ...TEAMS],
    verdict: 'explained',
    reason: 'above_both',
    unseen: 0.993,
    exact: 'skipped',
    rows: 142,
  },
  {
    id: 'thinktank_thesis',
    family: 'thinktank_thesis',
    decision: 'The stance of a company thesis: attractive, neutral or avoid.',
    action: 'switch',
    labels: ['attractive', 'avoid', 'neutral'],
    features: ['lm_sentiment_mean', 'mean_target_pct_change_30d', 'prior_stance', 'update_reason=event'],
    verdict: 'inconclusive',
    reason: 'excess_unclear',
    unseen: 0.912,
    exact: 'proven',
    rows: 49,
  },
  {
    id: 'thinktank_theme',
    family: 'thinktank_theme',
    decision: 'The stance of a market or sector theme, which the model words freely.',
    action: 'unmeasured',
    labels: [],
    features: [],
    verdict: 'inconclusive',
    reason: '',
    unseen: null,
    exact: 'skipped',
    rows: null,
  },
];

export const CONTROL_PLANS: readonly AgentPlan[] = [
  'executor:entry_triggers',
  'executor:position_sizer',
  'executor:risk_guard',
  'executor:exit_rules:planner',
  'executor:exit_rules:daemon',
].map((id, index) => ({
  id,
  family: id.split(':').slice(0, 2).join(':'),
  decision: 'What the executor’s component decided.',
  action: 'control',
  labels:
    index === 0
      ? [
          'pullback',
          'vwap_discount',
          'graduated_entry',
          'time_expiry',
          'support_bounce',
          'a',
          'b',
          'c',
          'd',
          'e',
        ]
      : ['approved', 'vetoed'],
  features: ['base_dollars', 'stop_margin', 'sector_margin', 'stance=value', 'atr_pct__missing'],
  verdict: 'explained',
  reason: 'above_both',
  unseen: 0.96 + index / 200,
  exact: index % 2 === 0 ? 'same' : 'proven',
  rows: index === 4 ? null : 76,
}));
