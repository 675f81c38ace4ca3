import { SINCE } from './calendar.ts';
import type { Draft, Fields } from './envelope.ts';
import { type ExecutorCall, executorDraft, reasonText } from './executor.ts';
import { round } from './random.ts';
import { sectorOf } from './universe.ts';

export const planted =
  'The true sizer: weight = min(product of adjustments / n, 0.05), dollars = nav x weight, shares_zero below $500. Accounts are either large or tiny, so nav x min(0.05, 1/n) x drawdown_multiplier separates the outcome; each adjustment flag depends on one input (earnings within 5 days, declining conviction, upside < 0.05, sector rating, stance).';

const SECTOR_ADJ: Readonly<Record<string, number>> = {
  overweight: 1.05,
  market_weight: 1,
  underweight: 0.85,
};
const STANCE_ADJ: Readonly<Record<string, number>> = { momentum: 1, value: 0.9, quality: 1, catalyst: 0.75 };

export function positionSizer(call: ExecutorCall): Draft {
  const { random, ticker } = call;
  const tiny = random.chance(0.14);
  const stance = random.chance(0.08) ? null : random.pick(Object.keys(STANCE_ADJ));
  const snapshot = {
    ticker,
    signal: {
      score: random.real(60, 96, 1),
      conviction: random.pick(['rising', 'stable', 'stable', 'declining']),
      rating: 'BUY',
      price_target_upside: random.chance(0.06) ? null : random.real(-0.04, 0.35, 4),
      sector: sectorOf(ticker),
    },
    sector_rating: random.pick(Object.keys(SECTOR_ADJ)),
    current_price: random.real(20, 520, 2),
    portfolio_nav: tiny ? random.real(5000, 9000, 2) : random.real(400_000, 1_400_000, 2),
    n_enter_signals: tiny ? random.int(40, 60) : random.int(1, 12),
    drawdown_multiplier: Number(random.weighted({ 1: 0.7, 0.5: 0.12, 0.25: 0.06, 0: 0.12 })),
    atr_pct: random.chance(0.1) ? null : random.real(0.008, 0.06, 4),
    prediction_confidence: random.chance(0.15) ? null : random.real(0.5, 0.95, 3),
    p_up: random.chance(0.15) ? null : random.real(0.3, 0.8, 3),
    signal_age_days: random.chance(0.1) ? null : random.int(0, 9),
    days_to_earnings: random.chance(0.15) ? null : random.int(0, 25),
    feature_coverage: random.chance(0.1) ? null : random.real(0.5, 1, 3),
    stance,
  };
  const sized = size(call, snapshot);
  return executorDraft(call, 'position_sizer', {
    snapshot,
    output: sized,
    summary: `${ticker} sizing: shares=${sized.shares} outcome=${sized.sized_outcome}`,
  });
}

type Inputs = {
  readonly signal: { readonly conviction: string; readonly price_target_upside: number | null };
  readonly sector_rating: string;
  readonly current_price: number;
  readonly portfolio_nav: number;
  readonly n_enter_signals: number;
  readonly drawdown_multiplier: number;
  readonly atr_pct: number | null;
  readonly prediction_confidence: number | null;
  readonly p_up: number | null;
  readonly signal_age_days: number | null;
  readonly days_to_earnings: number | null;
  readonly feature_coverage: number | null;
  readonly stance: string | null;
};

function size(call: ExecutorCall, inputs: Inputs): Fields {
  const { signal, drawdown_multiplier } = inputs;
  const renamed = call.day >= SINCE.upProbability;
  const belief = renamed ? inputs.p_up : inputs.prediction_confidence;
  const adjustments = {
    sector_adj: SECTOR_ADJ[inputs.sector_rating] ?? 1,
    conviction_adj: signal.conviction === 'declining' ? 0.7 : 1,
    upside_adj: signal.price_target_upside !== null && signal.price_target_upside < 0.05 ? 0.7 : 1,
    dd_multiplier: drawdown_multiplier,
    atr_adj: inputs.atr_pct === null ? 1 : round(Math.max(0.5, Math.min(0.02 / inputs.atr_pct, 1.5)), 6),
    [renamed ? 'p_up_adj' : 'confidence_adj']: belief === null ? 1 : round(0.7 + 0.6 * belief, 6),
    staleness_adj: round(Math.max(1 - 0.03 * (inputs.signal_age_days ?? 0), 0.7), 6),
    earnings_adj: inputs.days_to_earnings !== null && inputs.days_to_earnings <= 5 ? 0.5 : 1,
    coverage_adj:
      inputs.feature_coverage === null || inputs.feature_coverage >= 0.8 ? 1 : inputs.feature_coverage,
    stance_adj: inputs.stance === null ? 1 : (STANCE_ADJ[inputs.stance] ?? 1),
    ...(call.day >= SINCE.regimeAdjustment ? { regime_adj: 1 } : {}),
  };
  const base = 1 / Math.max(inputs.n_enter_signals, 1);
  let weight = Math.min(
    Object.values(adjustments).reduce((product, one) => product * one, base),
    0.05,
  );
  if (adjustments.atr_adj < 1) weight = Math.min(weight, base * adjustments.atr_adj * drawdown_multiplier);
  const dollars = inputs.portfolio_nav * weight;
  const shares = dollars < 500 ? 0 : Math.floor(dollars / inputs.current_price);
  return {
    shares,
    dollar_size: round(dollars, 2),
    position_pct: round(weight, 4),
    ...adjustments,
    sized_outcome: shares > 0 ? 'approved' : 'shares_zero',
    sized_outcome_reason:
      shares > 0
        ? call.trace > 0
          ? reasonText(call, 'sized')
          : null
        : reasonText(call, 'below the minimum position'),
  };
}
