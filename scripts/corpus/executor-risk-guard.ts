import type { Draft, Fields } from './envelope.ts';
import { type ExecutorCall, executorDraft, reasonText } from './executor.ts';
import { round } from './random.ts';
import { sectorOf } from './universe.ts';

export const planted =
  'The true rule order: vetoed when score < min_score_to_enter; when dollar_size/nav exceeds max_position_pct (bear: bear_max_position_pct); in a bear market for an underweight sector; when (existing_sector_exposure + dollar_size)/nav exceeds max_sector_pct. About 3 % of all decisions are vetoes for reasons that are not captured: correlation, equity, a drawdown halt (vetoed_rule null).';

const CAUSES = {
  none: 0.56,
  min_score: 0.14,
  max_position: 0.12,
  max_sector: 0.13,
  bear_underweight: 0.02,
  correlation: 0.015,
  max_equity: 0.005,
  drawdown_halt: 0.01,
} as const;
type Cause = keyof typeof CAUSES;

export function riskGuard(call: ExecutorCall): Draft {
  const { random, ticker } = call;
  const cause = random.weighted(CAUSES);
  const bear = cause === 'bear_underweight' || random.chance(0.2);
  const regime = bear ? 'bear' : random.pick(['bull', 'neutral']);
  const limit = bear ? 0.025 : 0.05;
  const nav = random.real(400_000, 1_400_000, 2);
  const share =
    cause === 'max_position' ? limit * random.real(1.06, 1.7, 4) : limit * random.real(0.3, 0.95, 4);
  const sectorShare =
    cause === 'max_sector' ? random.real(0.26, 0.4, 4) : random.real(share + 0.01, 0.235, 4);
  const drawdown = cause === 'drawdown_halt' ? random.real(0.16, 0.25, 4) : random.real(0, 0.12, 4);
  const ratings =
    bear && cause !== 'bear_underweight'
      ? ['overweight', 'market_weight']
      : ['overweight', 'market_weight', 'underweight'];
  const sector = sectorOf(ticker);
  const snapshot = {
    ticker,
    action: 'ENTER',
    dollar_size: round(nav * share, 2),
    sector,
    sector_rating: cause === 'bear_underweight' ? 'underweight' : random.pick(ratings),
    portfolio_nav: nav,
    peak_nav: round(nav / (1 - drawdown), 2),
    drawdown_fraction: drawdown,
    n_open_positions: random.int(3, 28),
    existing_sector_exposure: round(nav * (sectorShare - share), 2),
    signal: {
      score: cause === 'min_score' ? random.real(45, 69.4, 1) : random.real(70.5, 96, 1),
      conviction: random.pick(['rising', 'stable', 'declining']),
      rating: 'BUY',
      price_target_upside: random.real(0.02, 0.35, 4),
    },
    market_regime: regime,
    thresholds: {
      min_score_to_enter: 70,
      max_position_pct: 0.05,
      bear_max_position_pct: 0.025,
      max_sector_pct: 0.25,
      max_equity_pct: 1,
      bear_block_underweight: true,
      drawdown_halt_pct: cause === 'drawdown_halt' ? 0.15 : null,
      correlation_block_threshold: random.chance(0.5) ? 0.85 : null,
    },
  };
  const output = outputOf(call, cause, regime);
  return executorDraft(call, 'risk_guard', {
    snapshot,
    output,
    summary: `${ticker} risk_guard: outcome=${output.outcome}`,
  });
}

function outputOf(call: ExecutorCall, cause: Cause, regime: string): Fields {
  const approved = cause === 'none';
  const rule = approved || cause === 'drawdown_halt' ? null : cause;
  const reason = reasonText(call, approved ? 'approved' : `${cause} blocked the entry`);
  return {
    outcome: approved ? 'approved' : 'vetoed',
    reason,
    vetoed_rule: rule,
    events: rule === null ? [] : [{ ticker: call.ticker, event_type: 'veto', rule, market_regime: regime }],
  };
}
