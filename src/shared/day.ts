export const DAY_MS = 86_400_000;

/** Days from 1970-01-01 to the `YYYY-MM-DD` that a text begins with; NaN without one that exists. */
export function dayNumber(value: unknown): number {
  const date = typeof value === 'string' ? /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(value)?.[0] : undefined;
  if (date === undefined) return Number.NaN;
  const time = Date.parse(`${date}T00:00:00Z`);
  // The parser takes February 30th for March 2nd.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
  return exists ? time / DAY_MS : Number.NaN;
}
