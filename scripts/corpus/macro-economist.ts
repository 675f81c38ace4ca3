import { SINCE, weekday, weekNumber } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, REGIMES, type Regime, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random, round } from './random.ts';
import { SECTORS } from './universe.ts';

export const planted =
  'market_regime is bear when vix >= 28, else bull when sp500_30d_return >= 2 (percent), else neutral. Sector buckets follow the regime.';

/** Eight weeks of regimes, by Saturday and, for the reruns between, by Wednesday. */
const SATURDAYS: readonly Regime[] = [
  'bull',
  'neutral',
  'bear',
  'bull',
  'bear',
  'neutral',
  'neutral',
  'bull',
];
const WEDNESDAYS: readonly Regime[] = [
  'bull',
  'bear',
  'neutral',
  'bull',
  'neutral',
  'neutral',
  'bear',
  'bull',
];

const CYCLICAL = ['Technology', 'Financial', 'Industrials', 'Consumer Discretionary'];
const DEFENSIVE = ['Healthcare', 'Consumer Staples', 'Utilities'];

export interface MacroView {
  /** As captured: `caution` is possible before there were three regimes. */
  readonly regime: string;
  readonly report: string;
  readonly ratings: Fields;
}

export interface MacroRun extends MacroView {
  readonly draft: Draft;
}

/** The regime the numbers of `day` are drawn for. */
export function weather(day: string): Regime {
  const weeks = weekday(day) === 6 ? SATURDAYS : WEDNESDAYS;
  return weeks[weekNumber(day) % weeks.length] ?? 'neutral';
}

export function macroRun(
  making: Provenance,
  day: string,
  runId: string,
  options: { readonly wrong?: boolean } = {},
): MacroRun {
  const random = new Random(`${making.seed}/macro_economist/${runId}`);
  const truth = weather(day);
  const data = indicators(random, truth, day);
  const prior = `Prior view. ${text(making, random, 200, 14_000)}`;
  const snapshot = {
    run_date: runId,
    prior_date: random.chance(0.1) ? null : `${runId.slice(0, 8)}01`,
    macro_data: data,
    prior_macro_report: prior,
    prior_snapshots_count: random.int(4, 12),
    regime_substrate:
      day < SINCE.regimeSubstrate || random.chance(0.15) ? null : substrate(random, truth, data, runId),
  };
  const decided = new Doubt(making, 'macro_economist', runId, options.wrong).settle(REGIMES, truth);
  const regime = decided === 'neutral' && day < SINCE.threeRegimes ? 'caution' : decided;
  const report = `Regime ${regime}. ${text(making, random, 260, 2000)}`;
  const modifiers = Object.fromEntries(SECTORS.map((sector) => [sector, modifier(random, sector, decided)]));
  const ratings = Object.fromEntries(
    SECTORS.map((sector) => [
      sector,
      { rating: rating(modifiers[sector] ?? 1), rationale: text(making, random, 40, 160) },
    ]),
  );
  const output = {
    macro_report: report,
    sector_modifiers: modifiers,
    sector_ratings: ratings,
    market_regime: regime,
  };
  const call = researchCall({
    family: 'macro_economist',
    agentId: 'macro_economist',
    day,
    rendered: () => rendered(runId, data, prior),
  });
  const draft: Draft = {
    agentId: 'macro_economist',
    runId,
    day,
    time: clock(9 * 60 + random.int(2, 9), random.int(0, 59)),
    call,
    snapshot,
    output,
    summary: `macro run ${runId}`,
  };
  return { draft, regime, report, ratings };
}

function indicators(random: Random, regime: Regime, day: string): Fields {
  const vix = { bull: [12, 21], neutral: [15, 26.5], bear: [28.6, 39] }[regime] as [number, number];
  const month = { bull: [2.4, 7.5], neutral: [-4.5, 1.6], bear: [-13, 0.5] }[regime] as [number, number];
  const breadth = {
    pct_above_50d_ma: random.real(regime === 'bear' ? 15 : 35, regime === 'bull' ? 85 : 65, 1),
    pct_above_200d_ma: random.real(regime === 'bear' ? 20 : 40, regime === 'bull' ? 80 : 68, 1),
    advance_decline_ratio: random.real(0.5, 1.8, 2),
    n_stocks: random.int(880, 903),
  };
  const twoYear = random.real(3.4, 4.3, 2);
  const tenYear = random.real(3.8, 4.7, 2);
  return {
    fed_funds_rate: 3.88,
    treasury_2yr: twoYear,
    treasury_10yr: tenYear,
    yield_curve_slope: round((tenYear - twoYear) * 100, 1),
    vix: random.real(vix[0], vix[1], 2),
    unemployment: random.real(4, 4.6, 1),
    cpi_yoy: random.real(2.3, 3.4, 2),
    consumer_sentiment: random.real(52, 70, 1),
    initial_claims: random.int(205, 260) * 1000,
    hy_credit_spread_oas: random.real(2.6, regime === 'bear' ? 6 : 4.2, 2),
    oil_wti: random.real(58, 82, 2),
    gold: random.real(3000, 4200, 2),
    copper: random.real(4, 5.6, 3),
    sp500_close: random.real(5800, 6900, 2),
    sp500_30d_return: random.real(month[0], month[1], 2),
    qqq_30d_return: random.real(month[0] - 2, month[1] + 3, 2),
    iwm_30d_return: random.real(month[0] - 3, month[1] + 2, 2),
    breadth,
    ...breadth,
    fetched_at: `${day}T08:41:07+00:00`,
  };
}

function substrate(random: Random, regime: Regime, data: Fields, runId: string): Fields {
  const top = random.real(0.6, 0.92, 3);
  const rest = REGIMES.filter((name) => name !== regime);
  const split = round((1 - top) * random.unit(), 3);
  const probs = Object.fromEntries([
    [regime, top],
    [rest[0], split],
    [rest[1], round(1 - top - split, 3)],
  ]);
  return {
    calendar_date: runId,
    trading_day: runId,
    run_id: `substrate-${runId}`,
    schema_version: 1,
    hmm: {
      probs: { bear: probs.bear, neutral: probs.neutral, bull: probs.bull },
      argmax: regime,
      weeks_in_current_state: random.int(1, 9),
      log_likelihood: random.real(-900, -600, 2),
    },
    composite: {
      intensity_z: random.chance(0.15)
        ? null
        : random.real(regime === 'bear' ? 0.9 : -1.6, regime === 'bull' ? -0.2 : 1.4, 3),
      per_feature_z: { vix: random.real(-1.5, 2, 3), hy_oas: random.real(-1, 2, 3) },
      features_used: ['vix', 'hy_oas'],
      implied_severity: regime === 'bear' ? 'high' : 'low',
    },
    bocpd: {
      change_signal: random.chance(0.2),
      change_confidence: random.real(0, 1, 3),
      max_runlength_prob: random.real(0.2, 0.95, 3),
    },
    guardrails: {
      vix_bear_breached: regime === 'bear',
      active_severity_floor: regime === 'bear' ? 'caution' : null,
    },
    features: {
      spy_20d_return: round(Number(data.sp500_30d_return) / 100, 4),
      vix_level: data.vix,
      vix_term_slope: random.real(-0.2, 0.2, 3),
      hy_oas_bps: round(Number(data.hy_credit_spread_oas) * 100, 0),
      yield_curve_slope: data.yield_curve_slope,
      market_breadth: random.chance(0.7) ? null : data.pct_above_50d_ma,
    },
    model_metadata: { model: 'hmm3', fitted_through: runId },
  };
}

function modifier(random: Random, sector: string, regime: Regime): number {
  const side = CYCLICAL.includes(sector) ? 1 : DEFENSIVE.includes(sector) ? -1 : 0;
  const tilt = side * (regime === 'bull' ? 1 : regime === 'bear' ? -1 : 0);
  return round(1 + tilt * random.real(0.1, 0.22, 2) + (tilt === 0 ? random.real(-0.05, 0.05, 2) : 0), 2);
}

function rating(value: number): string {
  return value >= 1.08 ? 'overweight' : value <= 0.92 ? 'underweight' : 'market_weight';
}

function rendered(runId: string, data: Fields, prior: string): string {
  return [
    `Date ${runId}. You set the market regime (bull, neutral or bear) and a modifier for each sector.`,
    `Prior report:\n${prior}`,
    `Macro data:\n${JSON.stringify(data)}`,
    'Return report_md, market_regime, sector_modifiers, sector_ratings, key_theme and material_changes as JSON.',
  ].join('\n\n');
}
