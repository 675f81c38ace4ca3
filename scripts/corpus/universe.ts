import { Random } from './random.ts';

export const TEAMS = [
  'technology',
  'healthcare',
  'financials',
  'industrials',
  'consumer',
  'defensives',
] as const;
export type Team = (typeof TEAMS)[number];

const NAMES: Readonly<Record<Team, string>> = {
  technology: 'AAPL MSFT NVDA AVGO ORCL CRM AMD ADBE QCOM TXN NOW INTU AMAT MU PANW ANET',
  healthcare: 'LLY UNH JNJ ABBV MRK TMO ABT ISRG AMGN PFE DHR BSX SYK GILD VRTX REGN',
  financials: 'BRK-B JPM V MA BAC WFC GS MS AXP SPGI BLK C SCHW CB PGR USB',
  industrials: 'GE CAT RTX HON UNP DE LMT BA ETN UPS ADP GD EMR ITW CSX FDX',
  consumer: 'AMZN TSLA HD MCD NKE LOW SBUX TJX BKNG CMG ORLY MAR F GM ROST LULU',
  defensives: 'PG KO PEP COST WMT BF.B MDLZ CL NEE SO DUK AEP D EXC KMB GIS',
};

/** The home sector of each team, as boards and signals spell it. */
export const SECTOR_OF: Readonly<Record<Team, string>> = {
  technology: 'Technology',
  healthcare: 'Healthcare',
  financials: 'Financial',
  industrials: 'Industrials',
  consumer: 'Consumer Discretionary',
  defensives: 'Consumer Staples',
};

export const SECTORS = [
  ...Object.values(SECTOR_OF),
  'Energy',
  'Utilities',
  'Real Estate',
  'Materials',
  'Communication Services',
] as const;

export function teamTickers(team: Team): readonly string[] {
  return NAMES[team].split(' ');
}

export const ALL_TICKERS: readonly string[] = TEAMS.flatMap((team) => teamTickers(team));

const TEAM_OF = new Map(TEAMS.flatMap((team) => teamTickers(team).map((ticker) => [ticker, team] as const)));

export function sectorOf(ticker: string): string {
  return SECTOR_OF[TEAM_OF.get(ticker) ?? 'technology'];
}

/** The long list of a team before the focus list: its names, then as many made-up ones as are asked for. */
export function longList(team: Team, count: number): string[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXY';
  const filler = Array.from({ length: Math.max(0, count - 16) }, (_, i) => {
    const tail = `${letters[Math.floor(i / letters.length)]}${letters[i % letters.length]}`;
    return `Z${team[0]?.toUpperCase()}${tail}`;
  });
  return [...teamTickers(team), ...filler].slice(0, count);
}

/** The names a team holds; the same all through a corpus. */
export function heldNames(seed: string, team: Team): string[] {
  return new Random(`${seed}/held/${team}`).shuffled(teamTickers(team)).slice(0, 4);
}

/** Last week's standing of a held name. */
export function priorThesis(random: Random, ticker: string, summary: string): Record<string, unknown> {
  const score = random.real(40, 86, 1);
  return {
    ticker,
    rating: score >= 70 ? 'BUY' : score >= 55 ? 'HOLD' : 'SELL',
    score,
    final_score: score,
    conviction: random.pick(['rising', 'stable', 'declining']),
    signal: score >= 70 ? 'ENTER' : 'HOLD',
    thesis_summary: summary,
    technical_score: random.real(30, 90, 1),
    price_target_upside: random.real(-0.05, 0.3, 3),
    quant_score: random.real(50, 95, 1),
    qual_score: random.int(40, 92),
  };
}
