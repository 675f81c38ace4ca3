import { tradingDayBefore } from './calendar.ts';
import { clock, type Draft } from './envelope.ts';
import { type ExecutorCall, executorDraft, reasonText } from './executor.ts';
import { round } from './random.ts';

export const planted =
  'The true rule order on margins: pullback when (high-last)/high >= 0.02; vwap_discount when (vwap-last)/vwap >= 0.005; support_bounce when low >= support and 0 <= (last-support)/support <= 0.01; time_expiry from 15:55; graduated_entry from 14:00 when (last-morning)/morning <= 0.01. A disabled pullback falls through to the VWAP test now and then.';

/** A chain of three tests tells all but the bounces apart, so these are kept few. */
const KINDS = {
  pullback: 0.28,
  vwap_discount: 0.26,
  support_bounce: 0.04,
  graduated_entry: 0.24,
  time_expiry: 0.18,
} as const;
type Kind = keyof typeof KINDS;

export function entryTrigger(call: ExecutorCall): Draft {
  const { random, ticker, runDate } = call;
  const wanted = random.weighted(KINDS);
  const last = random.real(30, 480, 2);
  const market = prices(call, wanted, last);
  const disabled = wanted === 'pullback' && random.chance(0.05) ? ['pullback'] : [];
  const kind: Kind = disabled.length > 0 ? 'vwap_discount' : wanted;
  const minutes = minuteOf(call, wanted);
  const shares = random.int(5, 400);
  const defaults = random.chance(0.15);
  const snapshot = {
    ticker,
    signal: 'ENTER',
    shares,
    signal_date: random.chance(0.05) ? null : tradingDayBefore(runDate),
    prediction_date: random.chance(0.2) ? null : runDate,
    ...market,
    thresholds: {
      pullback_pct: defaults ? null : 0.02,
      vwap_discount: defaults ? null : 0.005,
      support_pct: defaults ? null : 0.01,
      graduated_max_premium: defaults ? null : 0.01,
      expiry_time: '15:55',
      graduated_start_time: '14:00',
    },
    disabled_triggers: disabled,
    now_et: `${runDate}T${clock(minutes, random.int(0, 59))}-04:00`,
  };
  return executorDraft(call, 'entry_triggers', {
    snapshot,
    output: {
      fired_trigger: reasonText(call, reasonOf(kind, market)),
      trigger_kind: kind,
      captured_at_fill_attempt: true,
      fill_price: round(last * random.real(0.9995, 1.0005, 6), 2),
      actual_shares: shares,
      trade_id: random.chance(0.1) ? null : `t-${random.hex(6)}`,
    },
    summary: `${ticker} ENTER shares=${shares} fired=${kind}`,
  });
}

/** Prices for which `kind` is the first rule that holds. A pullback is a VWAP discount as well. */
function prices(call: ExecutorCall, kind: Kind, last: number) {
  const { random } = call;
  const fromHigh =
    kind === 'pullback'
      ? random.real(0.022, 0.05, 5)
      : kind === 'vwap_discount'
        ? random.real(0.008, 0.0178, 5)
        : random.real(0.001, 0.012, 5);
  const discounted = kind === 'pullback' || kind === 'vwap_discount';
  const fromVwap = discounted
    ? random.real(0.0066, Math.min(fromHigh, 0.02), 5)
    : random.real(-0.01, 0.0036, 5);
  const toSupport = kind === 'support_bounce' ? random.real(0.001, 0.0085, 5) : random.real(0.014, 0.05, 5);
  const premium =
    kind === 'graduated_entry'
      ? random.real(-0.01, 0.0085, 5)
      : kind === 'time_expiry'
        ? random.real(0.0115, 0.03, 5)
        : random.real(-0.02, 0.02, 5);
  const support = discounted && random.chance(0.15) ? null : round(last / (1 + toSupport), 4);
  return {
    morning_price: round(last / (1 + premium), 4),
    current_price: last,
    day_high: round(last / (1 - fromHigh), 4),
    day_low: round(
      last * (1 - (kind === 'support_bounce' ? toSupport * 0.4 : random.real(0.001, 0.01, 5))),
      4,
    ),
    vwap: !discounted && random.chance(0.1) ? null : round(last / (1 - fromVwap), 4),
    support_level: support,
  };
}

/** Minute of the day, New York time. */
function minuteOf(call: ExecutorCall, kind: Kind): number {
  const { random } = call;
  if (kind === 'time_expiry') return random.int(15 * 60 + 55, 15 * 60 + 59);
  return kind === 'graduated_entry'
    ? random.int(14 * 60 + 1, 15 * 60 + 52)
    : random.int(9 * 60 + 35, 15 * 60 + 30);
}

function reasonOf(kind: Kind, market: { readonly day_high: number; readonly morning_price: number }): string {
  return {
    pullback: `pullback from high $${market.day_high}`,
    vwap_discount: 'VWAP discount reached',
    support_bounce: 'near support level',
    graduated_entry: `graduated_entry (vs morning $${market.morning_price})`,
    time_expiry: 'time_expiry',
  }[kind];
}
