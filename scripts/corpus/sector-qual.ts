import { SINCE } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random, round } from './random.ts';
import type { QuantRun } from './sector-quant.ts';
import { proseList } from './text.ts';
import { heldNames, priorThesis, type Team, teamTickers } from './universe.ts';

export const planted =
  'conviction is >= 70 when quant_score >= 80, else 40-69 when quant_score >= 66 or the name is held (held_in_top5), else < 40.';

export const BANDS = { high: [70, 95], middle: [40, 69], low: [12, 39] } as const;
export type Band = keyof typeof BANDS;

export interface Assessment {
  readonly ticker: string;
  readonly qual_score: number | null;
  readonly bull_case: string;
  readonly bear_case: string;
  readonly catalysts: readonly string[];
  readonly risks: readonly string[];
  readonly conviction: number | null;
}

export interface QualRun {
  readonly draft: Draft;
  readonly assessments: readonly Assessment[];
  readonly addition: Assessment | null;
}

export interface QualInput {
  readonly team: Team;
  readonly day: string;
  readonly runId: string;
  readonly regime: string;
  readonly quant: QuantRun;
  /** Added to every qual_score of the run: some weeks are kinder than others. */
  readonly mood: number;
  /** The analyst always proposes one more name. */
  readonly addition: boolean;
  readonly ratings: Fields;
}

export function bandOf(random: Random, band: Band): number {
  return random.int(BANDS[band][0], BANDS[band][1]);
}

export function qualRun(making: Provenance, run: QualInput): QualRun {
  const { team, day, runId, quant } = run;
  const agentId = `sector_qual:${team}`;
  const random = new Random(`${making.seed}/${agentId}/${runId}`);
  const top = quant.top.map((pick) => pick.ticker);
  const held = new Set(heldNames(making.seed, team));
  const heldInTop = top.filter((ticker) => held.has(ticker));
  const assessments = assess(making, random, run, held);
  const addition =
    run.addition || (top.length > 3 && random.chance(0.4))
      ? proposed(making, random, run, assessments)
      : null;
  const prior: Record<string, Fields> = {};
  for (const ticker of top) {
    if (held.has(ticker) || random.chance(0.25)) {
      prior[ticker] = priorThesis(random, ticker, text(making, random, 60, 300));
    }
  }
  const snapshot = {
    team_id: team,
    run_date: runId,
    market_regime: run.regime,
    quant_top5: quant.top,
    quant_top5_tickers: top,
    held_in_top5: heldInTop,
    prior_theses_for_top5: prior,
    news_data_for_top5: Object.fromEntries(heldInTop.map((ticker) => [ticker, news(making, random, 60)])),
    analyst_data_for_top5: Object.fromEntries(heldInTop.map((ticker) => [ticker, analysts(random, ticker)])),
    insider_data_for_top5: {},
    prior_sector_ratings: run.ratings,
    current_sector_ratings: run.ratings,
    memories_summary: { episodic_count: random.int(0, 9), semantic_count: random.int(0, 4) },
  };
  const draft: Draft = {
    agentId,
    runId,
    day,
    time: clock(9 * 60 + random.int(20, 29), random.int(0, 59)),
    call: researchCall({ family: 'sector_qual', agentId, day, team, unprovided: random.chance(0.1) }),
    snapshot,
    output: {
      team_id: team,
      assessments,
      additional_candidate: addition,
      tool_calls: [],
      iterations: random.int(2, 8),
      error: null,
      partial: false,
      ...(day >= SINCE.pillarAssessments ? { pillar_assessments: {} } : {}),
      ...(day >= SINCE.transcripts
        ? { final_text: text(making, random, 110, 5200), transcript: text(making, random, 140, 7400) }
        : {}),
    },
    summary: `${team} qual, ${top.length} names`,
  };
  return { draft, assessments, addition };
}

/** Scores are kept apart so that a slate has no two names with the same combined score. */
function assess(making: Provenance, random: Random, run: QualInput, held: ReadonlySet<string>): Assessment[] {
  const combined = new Set<number>();
  const doubt = new Doubt(making, 'sector_qual', `${run.team}/${run.runId}`);
  return run.quant.top.map((pick) => {
    const truth: Band =
      pick.quant_score >= 80 ? 'high' : pick.quant_score >= 66 || held.has(pick.ticker) ? 'middle' : 'low';
    const band = doubt.settle(Object.keys(BANDS) as Band[], truth);
    let score = Math.min(97, Math.max(31, random.int(44, 92) + run.mood));
    while (combined.has(round(pick.quant_score + score, 1))) score += 1;
    combined.add(round(pick.quant_score + score, 1));
    return assessment(making, random, pick.ticker, score, bandOf(random, band), run.mood > 10 ? 2 : 0);
  });
}

/** On a full slate the addition scores below every other name, so that it never takes one of the three seats. */
function proposed(
  making: Provenance,
  random: Random,
  run: QualInput,
  slate: readonly Assessment[],
): Assessment {
  const taken = slate.map((one) => one.ticker);
  const ticker = random.pick(teamTickers(run.team).filter((name) => !taken.includes(name)));
  const lowest = Math.min(
    ...run.quant.top.map((pick, i) => (pick.quant_score + (slate[i]?.qual_score ?? 0)) / 2),
  );
  const score = slate.length > 3 ? Math.max(5, Math.floor(lowest) - random.int(2, 6)) : random.int(60, 85);
  return assessment(making, random, ticker, score, random.int(35, 75), 0);
}

function assessment(
  making: Provenance,
  random: Random,
  ticker: string,
  score: number,
  conviction: number,
  leastCatalysts: number,
): Assessment {
  return {
    ticker,
    qual_score: score,
    bull_case: text(making, random, 60, 360),
    bear_case: text(making, random, 50, 320),
    catalysts: proseList(random, random.int(leastCatalysts, 4), 32),
    risks: proseList(random, random.int(1, 3), 32),
    conviction,
  };
}

/** At captured sizes a name in the news carries up to `most` articles. */
export function news(making: Provenance, random: Random, most: number): Fields {
  const count = random.int(1, making.fullSize ? most : 6);
  const articles = Array.from({ length: making.fullSize ? count : Math.min(2, count) }, () =>
    random.chance(0.2)
      ? {
          title: 'Current report',
          date: '2026-06-01',
          url: 'https://news.example/8k',
          form_type: '8-K',
          description: text(making, random, 40, 400),
        }
      : {
          headline: text(making, random, 40, 90),
          source: 'wire',
          url: `https://news.example/${random.hex(8)}`,
          published_utc: '2026-06-01T12:00:00Z',
          article_excerpt: text(making, random, 60, 4800),
          article_hash: random.hex(16),
        },
  );
  return { articles, article_count: count };
}

export function analysts(random: Random, ticker: string): Fields {
  const surprise = random.real(-12, 14, 2);
  return {
    ticker,
    consensus_rating: random.pick(['Buy', 'Hold', 'Strong Buy']),
    mean_target: random.real(40, 700, 2),
    num_analysts: random.int(4, 48),
    current_price: random.real(40, 650, 2),
    upside_pct: null,
    rating_changes: Array.from({ length: random.int(0, 3) }, () => ({
      firm: 'Broker',
      action: random.pick(['upgrade', 'downgrade', 'reiterate']),
    })),
    earnings_surprises: [{ date: '2026-04-28', actual: 1.1, estimated: 1, surprise_pct: surprise }],
  };
}
