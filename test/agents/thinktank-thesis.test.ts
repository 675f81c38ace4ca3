import { expect, test } from 'vitest';
import type { Artifact } from '../../src/agents/family.ts';
import { thinktankThesis as family } from '../../src/agents/thinktank-thesis.ts';
import { itSurvivesAnyContent } from './captures.ts';
import { dropped, onlyRow } from './one-row.ts';

const THESIS = {
  business_summary: 'Sells phones.',
  moat: 'Ecosystem.',
  filings_review: 'Steady.',
  news_sentiment: 'Mixed.',
  valuation: 'Full.',
  market_dynamics: 'Neutral.',
  risks: ['regulation'],
  catalysts: ['launch'],
  stance: 'attractive',
  conviction: 68,
  summary: 'A good business at a full price.',
  rating: 71,
  rating_rationale: 'Margins hold.',
};

const SNAPSHOT = {
  ticker: 'AAPL',
  update_reason: 'event',
  event_context: 'guidance raised',
  board_row: {
    ticker: 'AAPL',
    sector: 'Information Technology',
    industry: 'Consumer Electronics',
    metrics: {
      current_price: 201.5,
      market_cap: 3.1e12,
      avg_volume: 5.2e7,
      pe: 31.2,
      pb: 44,
      fcf_yield: 0.034,
      dividend_yield: 0.005,
      debt_to_equity: 1.5,
      current_ratio: 0.9,
      payout_ratio: 0.15,
      roe: 1.4,
      gross_margin: 0.46,
      revenue_growth_3y: 0.04,
      eps_growth_3y: null,
      rsi_14: 58,
      momentum_20d: 0.03,
      return_60d: 0.08,
      return_120d: 0.11,
      realized_vol_20d: 0.22,
      atr_pct: 0.018,
      dist_from_52w_high: -0.04,
      price_vs_ma200: 0.07,
      beta: 1.1,
    },
    tradeability: {
      expected_cost_bps: 3.1,
      tradeability_score: 99.2,
      adv_usd: 1e10,
      reference_notional_usd: 1e5,
    },
  },
  weekly_signal: {},
  news_aggregate: {
    ticker: 'AAPL',
    aggregate_date: '2026-08-03',
    n_articles: 42,
    lm_sentiment_mean: -0.012,
    lm_sentiment_trusted_mean: 0.004,
    event_count: 3,
    event_severity_max: 2,
    event_categories: ['guidance'],
    top_event_descriptions: ['raised'],
  },
  insider_transactions: {
    insider_n_transactions_90d: 9,
    insider_n_buys_90d: 2,
    insider_n_sells_90d: 7,
    insider_net_dollar_flow_90d: -2_500_000,
    insider_distinct_insiders_90d: 4,
    insider_max_single_transaction_usd: 900_000,
  },
  analyst_revisions: {
    ticker: 'AAPL',
    mean_target_current: 240,
    mean_target_delta_30d: 6,
    mean_target_pct_change_30d: 0.0256,
    num_analysts_current: 38,
    num_analysts_delta_30d: 0,
    consensus_rating_current: 'buy',
    rating_changed_30d: false,
  },
  inst_ownership: { ticker: 'AAPL', quarter: '2026Q1', n_funds_holding: 5120, shares_qoq_change: -0.011 },
  filings_excerpts: ['[10-Q | 2026-05-01] Revenue rose.'],
  macro_theme: '[macro v3, stance=neutral]',
  sector_theme: '[Technology v2, stance=overweight]',
  prior_thesis: { ...THESIS, stance: 'neutral', rating: 55, conviction: 60 },
};

const OUTPUT = {
  schema_version: 1,
  ticker: 'AAPL',
  version: 4,
  update_reason: 'event',
  thesis: THESIS,
  cost_usd: 0.02,
};

function artifact(snapshot: object = {}, thesis: unknown = THESIS): Artifact {
  return {
    agentId: 'thinktank_thesis',
    artifactRunId: 'tt_20260803_AAPL_v4',
    day: '2026-08-03',
    snapshot: { ...SNAPSHOT, ...snapshot },
    output: { ...OUTPUT, thesis },
  };
}

test('a thesis is one row: what it read as numbers, its stance and whether its rating reaches 60', () => {
  const row = onlyRow(family, artifact());
  expect(row.labels).toEqual({ stance: 'attractive', rating_at_least_60: 'yes' });
  expect(row.features).toEqual({
    ...SNAPSHOT.board_row.metrics,
    eps_growth_3y: Number.NaN,
    n_articles: 42,
    lm_sentiment_mean: -0.012,
    event_count: 3,
    event_severity_max: 2,
    insider_n_buys_90d: 2,
    insider_n_sells_90d: 7,
    insider_net_dollar_flow_90d_log: expect.closeTo(-Math.log1p(2_500_000), 12),
    mean_target_pct_change_30d: 0.0256,
    num_analysts_current: 38,
    rating_changed_30d: 0,
    n_funds_holding: 5120,
    shares_qoq_change: -0.011,
    prior_rating: 55,
    prior_conviction: 60,
    prior_stance: 0,
    update_reason: 'event',
  });
});

test('the stance before counts from avoid to attractive', () => {
  const codes = ['avoid', 'neutral', 'attractive', 'Neutral', null].map(
    (stance) => onlyRow(family, artifact({ prior_thesis: { stance } })).features.prior_stance,
  );
  expect(codes).toEqual([-1, 0, 1, Number.NaN, Number.NaN]);
});

test('a source that was not there leaves its features missing, never zero', () => {
  const empty = {
    update_reason: 'because',
    board_row: {},
    news_aggregate: {},
    insider_transactions: undefined,
    analyst_revisions: null,
    inst_ownership: {},
    prior_thesis: null,
  };
  for (const value of Object.values(onlyRow(family, artifact(empty)).features)) expect(value).toBeNaN();
});

test('a thesis from before there were ratings is a row without the companion', () => {
  expect(onlyRow(family, artifact({}, { ...THESIS, rating: null })).labels).toEqual({
    stance: 'attractive',
    rating_at_least_60: null,
  });
  expect(onlyRow(family, artifact({}, { ...THESIS, rating: 59 })).labels.rating_at_least_60).toBe('no');
  expect(onlyRow(family, artifact({}, { ...THESIS, rating: 60 })).labels.rating_at_least_60).toBe('yes');
});

test('without one of the three stances there is no decision', () => {
  for (const stance of [null, '', 'Attractive', 'buy', 1, undefined, ['neutral']]) {
    expect(dropped(family, artifact({}, { ...THESIS, stance }))).toBe('no_decision');
  }
  for (const thesis of [null, undefined, 'attractive', [THESIS]]) {
    expect(dropped(family, artifact({}, thesis === undefined ? {} : thesis))).toBe('no_decision');
  }
});

itSurvivesAnyContent(family.captured, artifact());
