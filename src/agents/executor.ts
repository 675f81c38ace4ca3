import { dayNumber } from '../shared/day.ts';
import { at, type JsonObject, numberAt } from '../shared/json.ts';
import type { AgentFamily } from './family.ts';
import { type Input, numeric } from './features.ts';

// What the four executor families share. Their rules are code, so their features are margins: what a rule
// measured less the threshold it was held against, whose sign is the rule's verdict.

export const STANCES = ['momentum', 'value', 'quality', 'catalyst'] as const;
export const SECTOR_RATINGS = ['overweight', 'market_weight', 'underweight'] as const;

const MAX_DAYS_FROM_RUN_TO_CAPTURE = 3;
const MAX_LIVE_CAPTURES_A_DAY = 500;

/** A live capture is written within a weekend of the date it decides for, a few on a day. Backtest sweeps
 * wrote tens of thousands of them in two or three days, for dates long past. */
export function simulated(artifactRunId: string, day: string, deterministicThatDay: number): boolean {
  if (deterministicThatDay > MAX_LIVE_CAPTURES_A_DAY) return true;
  return Math.abs(dayNumber(artifactRunId) - dayNumber(day)) > MAX_DAYS_FROM_RUN_TO_CAPTURE;
}

/** The date that an executor's decision was taken for: its run id, `{run date}_{ticker}_{uuid}`, is its own, but one day's
 * decisions know the same book and the same market. */
export function runDate(artifactRunId: string): string {
  return artifactRunId.slice(0, 10);
}

export function executorFamily(own: Pick<AgentFamily, 'id' | 'decision' | 'captured'>): AgentFamily {
  return { ...own, kind: 'deterministic', simulated, clusterOf: runDate };
}

/** Weekdays after one day up to and including another, negative when that one is earlier. Holidays count as
 * trading days, as they do for the rules themselves. */
export function tradingDays(from: number, to: number): number {
  return weekdaysUntil(to) - weekdaysUntil(from);
}

/** Weekdays from Monday 1969-12-29 to the end of a day. */
function weekdaysUntil(day: number): number {
  const sinceMonday = day + 3;
  const weeks = Math.floor(sinceMonday / 7);
  return weeks * 5 + Math.min(sinceMonday - weeks * 7 + 1, 5);
}

/** Minutes after midnight of `HH:MM`; NaN for anything else. */
export function clockMinutes(value: unknown): number {
  return typeof value === 'string' ? minutes(/^(\d{1,2}):(\d{2})$/.exec(value)) : Number.NaN;
}

/** Minutes after midnight, Eastern time, of an ISO instant as the executor stamps it: written in Eastern
 * time, with its offset. NaN for one written in another zone. */
export function easternMinutes(value: unknown): number {
  const shape = /^\d{4}-\d{2}-\d{2}[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:-0[45]:?00)?$/;
  return typeof value === 'string' ? minutes(shape.exec(value)) : Number.NaN;
}

function minutes(clock: RegExpExecArray | null): number {
  if (!clock) return Number.NaN;
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  return hour < 24 && minute < 60 && second < 60 ? hour * 60 + minute + second / 60 : Number.NaN;
}

/** A quotient of prices or dollars; NaN where the denominator is missing or not positive. */
export function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : Number.NaN;
}

/** The number under `key`, or the default that the rule itself falls back to. */
export function threshold(thresholds: JsonObject | undefined, key: string, byDefault: number): number {
  const value = numberAt(thresholds, key);
  return Number.isNaN(value) ? byDefault : value;
}

/** Whether the text under `key` is `expected`; undefined when there is no text to tell from. */
export function matches(object: JsonObject | undefined, key: string, expected: string): boolean | undefined {
  const value = at(object, key);
  return typeof value === 'string' ? value === expected : undefined;
}

/** A feature that is computed, unlike one that is read: what leaves float32 on the way is no measurement. */
export function computed<C>(name: string, compute: (context: C) => number): Input<C> {
  return numeric(name, (context) => {
    const value = compute(context);
    return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
  });
}
