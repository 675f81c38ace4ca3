export const CONVICTION_BANDS = ['low', 'medium', 'high'] as const;
export type ConvictionBand = (typeof CONVICTION_BANDS)[number];

/** The band of a conviction from 0 to 100, undefined when it is missing. */
export function convictionBand(conviction: number): ConvictionBand | undefined {
  if (Number.isNaN(conviction)) return undefined;
  return conviction >= 70 ? 'high' : conviction >= 40 ? 'medium' : 'low';
}

const CONVICTION_CODE = new Map<unknown, number>([
  ['rising', 1],
  ['stable', 0],
  ['declining', -1],
]);

/** A worded conviction as 1, 0 or -1; NaN for anything else. */
export function convictionCode(value: unknown): number {
  return CONVICTION_CODE.get(value) ?? Number.NaN;
}
