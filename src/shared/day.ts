export const DAY_MS = 86_400_000;

/** Days from 1970-01-01 to the `YYYY-MM-DD` that a text begins with; NaN without one that exists. */
export function dayNumber(value: unknown): number {
  const date = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(value) : null;
  if (!date) return Number.NaN;
  const [year, month, day] = date.slice(1).map(Number) as [number, number, number];
  const time = Date.UTC(year, month - 1, day);
  // Date takes February 30th for March 2nd, and the year 26 for 1926.
  const found = new Date(time);
  const exists =
    found.getUTCDate() === day && found.getUTCMonth() === month - 1 && found.getUTCFullYear() === year;
  return exists ? time / DAY_MS : Number.NaN;
}
