import { DAY_MS } from '../shared/day.ts';

/** Older inputs say nothing about an agent as it is now; CloudWatch rejects older datapoints. */
export const MAX_AGE_DAYS = 14;

/** Whole UTC days, both ends included, `YYYY-MM-DD`. */
export interface Window {
  readonly start: string;
  readonly end: string;
  /** Newest first. */
  readonly days: readonly string[];
}

/** The `days` whole UTC days that end with the day of `endTime`, captures after `endTime` on that day included:
 * the state machine passes its start, and the day's captures are written after it. */
export function windowOf(endTime: Date, days: number): Window {
  const newestFirst = Array.from({ length: days }, (_, back) => utcDay(endTime.getTime() - back * DAY_MS));
  return { start: newestFirst[days - 1] as string, end: newestFirst[0] as string, days: newestFirst };
}

/** `YYMMDDHHMM` of the window end in UTC: names a run, and sorts by time. */
export function runIdOf(endTime: Date): string {
  return endTime.toISOString().slice(2, 16).replace(/\D/g, '');
}

const DAYS_A_MONTH = 30;

/** Months, of thirty days, from the first of some days to `end`, both ends included; all are `YYYY-MM-DD`. */
export function monthsSinceFirst(days: readonly string[], end: string): number {
  const first = days.reduce((least, day) => (day < least ? day : least), end);
  return (daysBetween(first, end) + 1) / DAYS_A_MONTH;
}

/** Whole days from `from` to `to`, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

function utcDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
