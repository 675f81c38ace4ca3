import { addDays, daysBetween, tradingDayBefore, UNTIL } from './calendar.ts';
import type { Draft, Fields } from './envelope.ts';
import { type ExecutorCall, executorDraft, reasonText } from './executor.ts';
import { round } from './random.ts';
import { sectorOf } from './universe.ts';

export const planted = {
  daemon_intraday:
    'The true rule order: intraday_trailing_stop when price <= current_stop, intraday_profit_take when not yet executed and gain_pct >= 0.08, intraday_collapse when (high-last)/high >= 0.05; what remains is catastrophic_gap_stop (its stop is null), alone after 2026-05-29.',
  planner:
    'The true rule order: catalyst_hard_exit, atr_trailing_stop, fallback_stop when gain_pct <= -0.10, profit_take when gain_pct >= 0.25, momentum_exit, time_decay when a HOLD position is 20 or more trading days old. ATR, momentum and sector veto are not captured: about 6 % of rows.',
} as const;

const DAEMON = {
  intraday_trailing_stop: 0.4,
  intraday_profit_take: 0.3,
  intraday_collapse: 0.22,
  catastrophic_gap_stop: 0.08,
} as const;
type DaemonRule = keyof typeof DAEMON;

const DAEMON_KINDS: Readonly<Record<DaemonRule, string>> = {
  intraday_trailing_stop: 'atr_trail',
  intraday_profit_take: 'profit_take',
  intraday_collapse: 'collapse',
  catastrophic_gap_stop: 'unknown',
};

export function daemonExit(call: ExecutorCall): Draft {
  const { random, ticker, runDate } = call;
  const rule = runDate > UNTIL.planner ? 'catastrophic_gap_stop' : random.weighted(DAEMON);
  const gain = {
    intraday_trailing_stop: random.real(-0.09, 0.06, 4),
    intraday_profit_take: random.real(0.083, 0.2, 4),
    intraday_collapse: random.real(-0.05, 0.072, 4),
    catastrophic_gap_stop: random.real(-0.3, -0.16, 4),
  }[rule];
  const fall = rule === 'intraday_collapse' ? random.real(0.053, 0.1, 4) : random.real(0.002, 0.045, 4);
  const last = random.real(30, 480, 2);
  const entry = round(last / (1 + gain), 4);
  const stopped = rule === 'intraday_trailing_stop';
  const entryDate = addDays(runDate, -random.int(1, 40));
  const shares = random.int(5, 400);
  const snapshot = {
    ticker,
    entry_price: entry,
    entry_date: entryDate,
    current_stop:
      rule === 'catastrophic_gap_stop'
        ? null
        : round(last * (stopped ? random.real(1.001, 1.02) : random.real(0.9, 0.985)), 4),
    trail_atr: random.real(0.5, 9, 4),
    atr_multiple: 2,
    high_water: round(Math.max(last, entry) * random.real(1.01, 1.08), 4),
    shares_held: shares,
    profit_take_executed: rule !== 'intraday_profit_take' && random.chance(0.25),
    current_price: last,
    day_high: round(last / (1 - fall), 4),
    day_low: round(last * random.real(0.98, 0.999), 4),
    gain_pct: (last - entry) / entry,
    days_held: daysBetween(entryDate, runDate),
    thresholds: {
      intraday_profit_take_pct: 0.08,
      intraday_collapse_pct: 0.05,
      intraday_tighten_after_days: 3,
      intraday_tighten_atr_multiple: 1.5,
    },
    evaluation_layer: 'daemon_intraday',
  };
  return executorDraft(call, 'exit_rules', {
    snapshot,
    output: {
      outcome: 'fired',
      action: rule === 'intraday_profit_take' ? 'REDUCE' : 'EXIT',
      fired_rule: rule,
      fired_rule_kind: DAEMON_KINDS[rule],
      shares_requested: rule === 'intraday_profit_take' ? Math.ceil(shares / 2) : shares,
      detail: reasonText(call, `last=${last}`),
      fill_price: null,
      actual_shares_exited: null,
      trade_id: null,
    },
    summary: `${ticker} EXIT fired=${rule}`,
  });
}

const PLANNER = {
  none: 0.5,
  fallback_stop: 0.13,
  profit_take: 0.14,
  time_decay: 0.15,
  catalyst_hard_exit: 0.02,
  atr_trailing_stop: 0.03,
  sector_veto_blocked: 0.02,
  momentum_exit: 0.01,
} as const;
type PlannerRule = keyof typeof PLANNER;

const PLANNER_KINDS: Readonly<Record<PlannerRule, string>> = {
  none: 'no_fire',
  fallback_stop: 'fallback_stop',
  profit_take: 'profit_take',
  time_decay: 'time_decay',
  catalyst_hard_exit: 'catalyst_hard_exit',
  atr_trailing_stop: 'atr_trail',
  sector_veto_blocked: 'sector_veto_blocked',
  momentum_exit: 'momentum_exit',
};

export function plannerExit(call: ExecutorCall): Draft {
  const { random, ticker, runDate } = call;
  const rule = random.weighted(PLANNER);
  const gain =
    rule === 'fallback_stop'
      ? random.real(-0.28, -0.105, 4)
      : rule === 'profit_take'
        ? random.real(0.255, 0.6, 4)
        : random.real(-0.085, 0.235, 4);
  const age = rule === 'time_decay' ? random.int(22, 45) : random.int(1, 17);
  const price = random.real(30, 480, 2);
  const cost = round(price / (1 + gain), 4);
  const shares = random.int(5, 400);
  const catalyst = rule === 'catalyst_hard_exit';
  const stance = catalyst
    ? 'catalyst'
    : random.chance(0.1)
      ? null
      : random.pick(['momentum', 'value', 'quality', 'catalyst']);
  const snapshot = {
    ticker,
    entry_date: tradingDayBefore(runDate, age),
    avg_cost: cost,
    shares_held: shares,
    market_value: round(price * shares, 2),
    sector: sectorOf(ticker),
    stance,
    catalyst_date:
      stance === 'catalyst' ? addDays(runDate, catalyst ? -random.int(5, 12) : random.int(1, 40)) : null,
    current_price: price,
    gain_pct: (price - cost) / cost,
    research_action: rule !== 'time_decay' && random.chance(0.3) ? 'ENTER' : 'HOLD',
    research_score: random.real(55, 92, 1),
    research_conviction: random.pick(['rising', 'stable', 'declining']),
    thresholds: {
      atr_period: 14,
      atr_multiple: null,
      fallback_stop_enabled: true,
      fallback_stop_pct: 0.1,
      profit_take_pct: 0.25,
      time_decay_enabled: true,
      time_decay_days: null,
      momentum_exit_enabled: true,
      momentum_exit_threshold: -15.0,
      catalyst_follow_through_days: null,
    },
    evaluation_layer: 'planner',
  };
  return executorDraft(call, 'exit_rules', {
    snapshot,
    output: plannerOutput(call, rule, age),
    summary: `${ticker} ${rule}`,
  });
}

function plannerOutput(call: ExecutorCall, rule: PlannerRule, age: number): Fields {
  const key = rule === 'none' ? null : rule;
  const fired = key !== null && key !== 'sector_veto_blocked';
  const reduce = rule === 'profit_take' || (rule === 'time_decay' && age < 30);
  const named = rule === 'time_decay' ? (age < 30 ? 'time_decay_reduce' : 'time_decay_exit') : rule;
  return {
    outcome: fired ? 'fired' : 'no_fire',
    action: fired ? (reduce ? 'REDUCE' : 'EXIT') : null,
    fired_rule: fired ? named : null,
    fired_rule_key: key,
    fired_rule_kind: PLANNER_KINDS[rule],
    shares_requested: null,
    detail: fired || call.trace > 0 ? reasonText(call, `${named}, ${age} trading days`) : null,
  } satisfies Fields;
}
