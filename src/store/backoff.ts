/** Milliseconds to wait before the `retry`-th retry (1, 2, …): doubling from `base`, at most 5 s, of which the
 * upper half is left to chance so that workers that failed together do not return together. */
export function backoff(retry: number, base: number): number {
  return Math.min(5_000, base * 2 ** (retry - 1)) * (0.5 + Math.random() / 2);
}
