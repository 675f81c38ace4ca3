/** How long to wait before another try: the wait grows by `factor` with each retry, from `base` up to `longest`. */
export interface Backoff {
  /** Milliseconds before the first retry. */
  readonly base: number;
  readonly factor: number;
  /** Milliseconds. */
  readonly longest: number;
  /** Share of each wait that is left to chance, in [0, 1]: requests that failed together do not return together. */
  readonly jitter: number;
}

/** Milliseconds to wait before the `retry`-th retry (1, 2, …), and not less than the server asks for. */
export function backoffDelay({ base, factor, longest, jitter }: Backoff, retry: number, askedMs = 0): number {
  const delay = Math.min(longest, base * factor ** (retry - 1));
  return Math.max(delay * (1 - jitter * Math.random()), askedMs * (1 + Math.random() / 10));
}
