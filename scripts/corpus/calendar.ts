/** Days are `YYYY-MM-DD` strings, UTC. */
const MS_PER_DAY = 86_400_000;

/** Weekdays on which the exchange is closed. */
const HOLIDAYS: ReadonlySet<string> = new Set([
  '2026-01-01',
  '2026-01-19',
  '2026-02-16',
  '2026-04-03',
  '2026-05-25',
  '2026-06-19',
  '2026-07-03',
  '2026-09-07',
  '2026-11-26',
  '2026-12-25',
]);

/** First day on which something changed in what the writers capture. */
export const SINCE = {
  macro: '2026-04-29',
  research: '2026-05-02',
  executor: '2026-05-11',
  envelopeV2: '2026-05-11',
  regimeAdjustment: '2026-05-14',
  regimeSubstrate: '2026-05-14',
  pillarAssessments: '2026-05-20',
  threeRegimes: '2026-05-28',
  focusList: '2026-05-30',
  stampedDecisions: '2026-06-07',
  codeSha: '2026-06-08',
  transcripts: '2026-06-08',
  meteredSectorTeams: '2026-06-25',
  stampedCodeSha: '2026-06-27',
  thinkTank: '2026-07-02',
  nullableQuantScore: '2026-07-03',
  renderedPrompts: '2026-07-06',
  insiderTransactions: '2026-07-13',
  pillarAssessment: '2026-07-17',
  addressedRegistry: '2026-08-01',
  upProbability: '2026-08-17',
} as const;

/** Last day on which something was captured. */
export const UNTIL = {
  planner: '2026-05-29',
  research: '2026-07-11',
} as const;

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * MS_PER_DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY);
}

export function weekday(day: string): number {
  return new Date(Date.parse(day)).getUTCDay();
}

export function isTradingDay(day: string): boolean {
  const number = weekday(day);
  return number !== 0 && number !== 6 && !HOLIDAYS.has(day);
}

/** The newest trading day before `day`, `count` times over. */
export function tradingDayBefore(day: string, count = 1): string {
  let found = day;
  for (let left = count; left > 0; left--) {
    do found = addDays(found, -1);
    while (!isTradingDay(found));
  }
  return found;
}

/** The days `[end - count + 1 … end]`, newest first. */
export function daysUpTo(end: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => addDays(end, -i));
}

/** Weeks since the epoch, changing on Saturdays. */
export function weekNumber(day: string): number {
  return Math.floor(daysBetween('1970-01-03', day) / 7);
}
