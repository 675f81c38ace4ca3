import { SINCE } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { thinkTankCall } from './prompts.ts';
import { Random } from './random.ts';
import { proseList } from './text.ts';
import { sectorOf } from './universe.ts';

export const planted =
  'stance is avoid when lm_sentiment_mean < -0.05, else attractive when mean_target_pct_change_30d >= 3 (percent), else neutral; a missing input fails its test.';

const STANCES = ['attractive', 'neutral', 'avoid'] as const;
type Stance = (typeof STANCES)[number];

const RATINGS: Readonly<Record<Stance, readonly [number, number]>> = {
  attractive: [63, 94],
  neutral: [41, 57],
  avoid: [8, 37],
};

const SYSTEM =
  'You are an independent equity analyst. Judge the company from the evidence alone and answer with the JSON of the thesis: business_summary, moat, filings_review, news_sentiment, valuation, market_dynamics, risks, catalysts, stance, conviction, summary, rating, rating_rationale.';

export function thinkTankThesis(
  making: Provenance,
  run: { readonly base: string; readonly ticker: string; readonly version: number; readonly day: string },
  options: { readonly prompt?: 'blank' } = {},
): Draft {
  const { ticker, version, day } = run;
  const runId = `${run.base}-${ticker}-v${version}`;
  const random = new Random(`${making.seed}/thinktank_thesis/${runId}`);
  const snapshot = inputs(making, random, run);
  const truth = judged(snapshot);
  const stance = new Doubt(making, 'thinktank_thesis', runId).settle(STANCES, truth);
  const user = rendered(snapshot);
  return {
    agentId: 'thinktank_thesis',
    runId,
    day,
    time: clock(21 * 60 + random.int(0, 90), random.int(0, 59)),
    call: thinkTankCall(SYSTEM, options.prompt === 'blank' ? '  \n' : user),
    snapshot,
    output: {
      schema_version: 1,
      ticker,
      version,
      trading_day: day,
      calendar_date: day,
      update_reason: snapshot.update_reason,
      thesis: thesis(making, random, stance),
      sector: sectorOf(ticker),
      attractiveness_score: random.real(30, 95, 1),
      attractiveness_rank: random.int(1, 150),
      macro_theme_version: 1,
      sector_theme_version: 1,
      sources_used: ['universe_board', 'news_aggregate'],
      event_context: snapshot.event_context,
      model: 'moonshotai/kimi-k2',
      tier: 'analyst',
      prompt_version: '1.0.0',
      cost_usd: random.real(0.004, 0.04, 5),
      ...(day >= SINCE.pillarAssessment
        ? { pillar_assessment: { quality: random.int(20, 90) } }
        : { pillar_assessment: null }),
    },
    summary: null,
  };
}

function inputs(
  making: Provenance,
  random: Random,
  run: { readonly ticker: string; readonly version: number; readonly day: string },
): Fields {
  const { ticker, day } = run;
  const reason =
    run.version === 1
      ? 'initial'
      : random.pick(['event', 'staleness_refresh', 'reconcile', 'operator_refresh']);
  return {
    ticker,
    update_reason: reason,
    event_context: reason === 'event' ? text(making, random, 60, 300) : null,
    board_row: {
      ticker,
      sector: sectorOf(ticker),
      industry: 'Large caps',
      metrics: {
        pe_ttm: random.real(8, 60, 2),
        revenue_growth_yoy: random.real(-0.1, 0.4, 4),
        gross_margin: random.real(0.15, 0.8, 4),
        momentum_12m: random.real(-0.4, 0.9, 4),
        volatility_60d: random.real(0.1, 0.6, 4),
      },
      tradeability: { avg_dollar_volume: random.int(20, 9000) * 1_000_000, optionable: true },
    },
    weekly_signal: random.chance(0.4)
      ? {}
      : { signal: random.pick(['ENTER', 'HOLD']), score: random.real(40, 92, 1) },
    news_aggregate: random.chance(0.08) ? {} : newsAggregate(random, ticker, day),
    ...(day >= SINCE.insiderTransactions ? { insider_transactions: insiders(random) } : {}),
    analyst_revisions: random.chance(0.08) ? {} : revisions(random, ticker),
    inst_ownership: {
      ticker,
      quarter: '2026Q1',
      n_funds_holding: random.int(200, 4000),
      total_shares_held: random.int(1e7, 9e8),
      total_value_usd: random.int(1e9, 9e10),
      shares_qoq_change: random.int(-4e6, 4e6),
      value_qoq_change: random.int(-4e8, 4e8),
      top5_concentration_pct: random.real(15, 45, 2),
      n_funds_increasing: random.int(50, 1500),
      n_funds_decreasing: random.int(50, 1500),
    },
    filings_excerpts: making.fullSize ? proseList(random, random.int(3, 9), 3200) : proseList(random, 1, 120),
    macro_theme: text(making, random, 90, 1200),
    sector_theme: text(making, random, 90, 1200),
    prior_thesis: run.version === 1 ? null : thesis(making, random, random.pick(STANCES)),
  };
}

function newsAggregate(random: Random, ticker: string, day: string): Fields {
  const sour = random.chance(0.28);
  const sentiment = sour ? random.real(-0.4, -0.06, 4) : random.real(-0.03, 0.4, 4);
  return {
    ticker,
    aggregate_date: day,
    n_articles: random.int(1, 60),
    lm_sentiment_mean: sentiment,
    lm_sentiment_trusted_mean: random.chance(0.3) ? null : random.real(-0.3, 0.4, 4),
    event_count: random.int(0, 5),
    event_severity_max: random.int(0, 5),
    event_categories: ['earnings'],
    top_event_descriptions: proseList(random, 1, 40),
  };
}

function insiders(random: Random): Fields {
  const [buys, sells] = [random.int(0, 6), random.int(0, 12)];
  return {
    insider_n_transactions_90d: buys + sells,
    insider_n_buys_90d: buys,
    insider_n_sells_90d: sells,
    insider_net_dollar_flow_90d: random.int(-4e7, 4e6),
    insider_distinct_insiders_90d: random.int(1, 8),
    insider_max_single_transaction_usd: random.int(1e4, 2e7),
  };
}

function revisions(random: Random, ticker: string): Fields {
  const rising = random.chance(0.38);
  const change = rising ? random.real(3.2, 14, 2) : random.real(-9, 2.6, 2);
  const target = random.real(40, 700, 2);
  return {
    ticker,
    mean_target_current: target,
    mean_target_delta_30d: Math.round(target * change) / 100,
    mean_target_pct_change_30d: change,
    num_analysts_current: random.int(4, 50),
    num_analysts_delta_30d: random.int(-2, 2),
    consensus_rating_current: random.pick(['Buy', 'Hold']),
    rating_changed_30d: random.chance(0.2),
  };
}

function judged(snapshot: Fields): Stance {
  const sentiment = (snapshot.news_aggregate as Fields).lm_sentiment_mean;
  const change = (snapshot.analyst_revisions as Fields).mean_target_pct_change_30d;
  if (typeof sentiment === 'number' && sentiment < -0.05) return 'avoid';
  return typeof change === 'number' && change >= 3 ? 'attractive' : 'neutral';
}

function thesis(making: Provenance, random: Random, stance: Stance): Fields {
  const say = (compact: number, captured: number) => text(making, random, compact, captured);
  return {
    business_summary: say(50, 700),
    moat: say(40, 500),
    filings_review: say(40, 800),
    news_sentiment: say(40, 500),
    valuation: say(40, 600),
    market_dynamics: say(40, 500),
    risks: proseList(random, 2, 32),
    catalysts: proseList(random, random.int(0, 2), 32),
    stance,
    conviction: random.int(35, 92),
    summary: say(60, 500),
    rating: random.int(RATINGS[stance][0], RATINGS[stance][1]),
    rating_rationale: say(40, 300),
  };
}

/** Ends in the board row's JSON, hence in doubled braces. */
function rendered(snapshot: Fields): string {
  return [
    `Company: ${snapshot.ticker}. Reason for the update: ${snapshot.update_reason}.`,
    `Event: ${snapshot.event_context ?? '(none)'}`,
    `Prior thesis: ${snapshot.prior_thesis ? JSON.stringify(snapshot.prior_thesis) : '(none: initial coverage)'}`,
    `News: ${JSON.stringify(snapshot.news_aggregate)}`,
    `Analysts: ${JSON.stringify(snapshot.analyst_revisions)}`,
    `Ownership: ${JSON.stringify(snapshot.inst_ownership)}`,
    `Filings:\n${(snapshot.filings_excerpts as string[]).join('\n')}`,
    `Macro theme: ${snapshot.macro_theme}`,
    `Sector theme: ${snapshot.sector_theme}`,
    `Board row: ${JSON.stringify(snapshot.board_row)}`,
  ].join('\n\n');
}
