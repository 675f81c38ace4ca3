import { pythonFloat } from './python-float.ts';

/** Python's `a or b or …`, undefined when no value is true. */
export function firstTruthy(...values: readonly unknown[]): unknown {
  return values.find(isTruthy);
}

/** Truth as Python sees it: empty lists and objects are false. */
export function isTruthy(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

/** The originals' reading of a feature: `fallback` where there is no number. NaN counts as no number, where
 * the originals let it through and the fit then failed. */
export function safeFloat(value: unknown, fallback: number): number {
  const number = pythonFloat(value);
  return number === undefined || Number.isNaN(number) ? fallback : number;
}
