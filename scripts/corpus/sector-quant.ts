import { SINCE } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random, round } from './random.ts';
import { longList, type Team, teamTickers } from './universe.ts';

export const planted =
  'A ticker is among the first five picks when technical_score >= 68 and momentum_20d >= 0.02 (as a fraction: on the fallback path the captured percent divided by 100). At most five names of an artifact qualify.';

interface QuantPick {
  readonly ticker: string;
  readonly quant_score: number;
  readonly rationale: string;
  readonly key_metrics: Fields;
}

export interface QuantRun {
  readonly draft: Draft;
  /** The first five picks. */
  readonly top: readonly QuantPick[];
  readonly technical: Readonly<Record<string, Fields>>;
}

/** Whether a ticker passes both tests, only the score, or neither. */
type Standing = 'qualifies' | 'stalled' | 'weak';

export function quantRun(
  making: Provenance,
  run: {
    readonly team: Team;
    readonly day: string;
    readonly runId: string;
    readonly regime: string;
    /** How many names qualify, at most five. */
    readonly qualifying: number;
  },
  options: { readonly wrong?: boolean } = {},
): QuantRun {
  const { team, day, runId } = run;
  const agentId = `sector_quant:${team}`;
  const random = new Random(`${making.seed}/${agentId}/${runId}`);
  const tickers = random.shuffled(listed(making, random, team, day));
  const standing = new Map<string, Standing>();
  const stalled = random.int(1, 2);
  tickers.forEach((ticker, i) => {
    standing.set(
      ticker,
      i < run.qualifying ? 'qualifies' : i < run.qualifying + stalled ? 'stalled' : 'weak',
    );
  });
  const untouched = tickers.at(-1);
  const coverage = random.pick([1, 1, 1, 0.6, 0.6, 0]);
  const sectorTickers = [...tickers].sort();
  const technical: Record<string, Fields> = {};
  for (const ticker of sectorTickers) {
    const empty = ticker === untouched && random.chance(0.4);
    technical[ticker] = empty
      ? {}
      : random.chance(coverage)
        ? fromFeatureStore(random, standing.get(ticker) ?? 'weak')
        : fromFallback(random, standing.get(ticker) ?? 'weak');
  }
  const snapshot = {
    team_id: team,
    run_date: runId,
    market_regime: run.regime,
    scanner_universe_size: random.int(880, 903),
    sector_tickers_count: sectorTickers.length,
    sector_tickers: sectorTickers,
    technical_scores_team: technical,
  };
  const score = (ticker: string) => Number(technical[ticker]?.technical_score ?? 0);
  const best = tickers.slice(0, run.qualifying).sort((a, b) => score(b) - score(a));
  const others = tickers.filter(
    (ticker) => !best.includes(ticker) && technical[ticker]?.rsi_14 !== undefined,
  );
  const doubt = new Doubt(making, 'sector_quant', `${team}/${runId}`, options.wrong);
  const chosen = best.map((ticker) => doubt.settle([ticker, ...others], ticker));
  const distinct = [...new Set(chosen)];
  const extras =
    run.qualifying === 5 && distinct.length === 5 ? others.filter((name) => !distinct.includes(name)) : [];
  const ranked = [...distinct, ...extras.slice(0, random.int(0, 3))];
  const scores = ranked.map(() => random.real(52, 96, 1)).sort((a, b) => b - a);
  const picks = ranked.map((ticker, i) => ({
    ticker,
    quant_score: scores[i] ?? 50,
    rationale: text(making, random, 70, 420),
    key_metrics: { technical_score: score(ticker), rsi_14: technical[ticker]?.rsi_14 ?? null },
  }));
  const draft: Draft = {
    agentId,
    runId,
    day,
    time: clock(9 * 60 + random.int(10, 19), random.int(0, 59)),
    call: researchCall({ family: 'sector_quant', agentId, day, team }),
    snapshot,
    output: outputOf(making, random, team, day, picks),
    summary: `${team} quant, ${sectorTickers.length} tickers`,
  };
  return { draft, top: picks.slice(0, 5), technical };
}

function listed(making: Provenance, random: Random, team: Team, day: string): string[] {
  if (day < SINCE.focusList) return longList(team, making.fullSize ? random.int(50, 217) : 50);
  return random.shuffled(teamTickers(team)).slice(0, random.int(10, 15));
}

function outputOf(
  making: Provenance,
  random: Random,
  team: Team,
  day: string,
  picks: readonly QuantPick[],
): Fields {
  const partial = random.chance(0.06);
  const retried = random.chance(0.06);
  return {
    team_id: team,
    ranked_picks: picks,
    tool_calls: [{ tool: 'get_technical_scores', args: { team } }],
    iterations: random.int(2, 9),
    error: null,
    partial,
    ...(partial ? { partial_reason: 'iteration budget reached' } : {}),
    ...(retried ? { retry_attempted: true, retry_succeeded: true, retry_first_iterations: 12 } : {}),
    ...(day >= SINCE.transcripts
      ? { final_text: text(making, random, 120, 5600), transcript: text(making, random, 160, 7600) }
      : {}),
  };
}

/** Decimals; the four columns the store does not carry are constant or null. */
function fromFeatureStore(random: Random, standing: Standing): Fields {
  return {
    rsi_14: random.real(28, 76, 2),
    macd_cross: random.pick([-1, 0, 0, 1]),
    macd_above_zero: random.chance(0.5),
    macd_line_last: random.real(-3, 3, 4),
    signal_line_last: 0.0,
    current_price: random.real(20, 600, 2),
    ma50: null,
    ma200: null,
    price_vs_ma50: random.real(-0.12, 0.15, 4),
    price_vs_ma200: random.real(-0.25, 0.35, 4),
    momentum_20d: momentum(random, standing),
    momentum_5d: random.chance(0.03) ? null : random.real(-0.06, 0.06, 4),
    avg_volume_20d: random.int(500, 60_000) * 1000,
    dist_from_52w_high: random.real(-0.4, 0, 4),
    dist_from_52w_low: random.real(0, 0.9, 4),
    atr_14_pct: random.chance(0.04) ? null : random.real(0.01, 0.06, 4),
    technical_score: technicalScore(random, standing),
  };
}

/** Percent, and without the short momentum, the range and the 52-week pair. */
function fromFallback(random: Random, standing: Standing): Fields {
  const price = random.real(20, 600, 2);
  return {
    rsi_14: random.real(28, 76, 2),
    macd_cross: random.pick([-1, 0, 0, 1]),
    macd_above_zero: random.chance(0.5),
    macd_line_last: random.real(-3, 3, 4),
    signal_line_last: random.real(-3, 3, 4),
    current_price: price,
    ma50: round(price * random.real(0.88, 1.12, 4), 2),
    ma200: round(price * random.real(0.75, 1.2, 4), 2),
    price_vs_ma50: random.real(-12, 15, 2),
    price_vs_ma200: random.real(-25, 35, 2),
    momentum_20d: round(momentum(random, standing) * 100, 2),
    avg_volume_20d: random.int(500, 60_000) * 1000,
    technical_score: technicalScore(random, standing),
  };
}

function momentum(random: Random, standing: Standing): number {
  if (standing === 'qualifies') return random.real(0.025, 0.2, 4);
  return standing === 'stalled' ? random.real(-0.06, 0.015, 4) : random.real(-0.15, 0.18, 4);
}

function technicalScore(random: Random, standing: Standing): number {
  return standing === 'weak' ? random.real(15, 66.5, 1) : random.real(68.5, 97, 1);
}
