/** `tokens` are those of the input and the output together: services limit either these or each kind. */
export const DIMENSIONS = ['requests', 'inputTokens', 'outputTokens', 'tokens'] as const;

/** What an answer tells of one limit. */
export interface Limit {
  /** Allowance a minute. */
  readonly limit: number;
  readonly remaining: number | undefined;
  /** Until all of it is there again. */
  readonly resetInMs: number | undefined;
}

/** What an answer tells of the limits. */
export type LimitStatus = { readonly [dimension in (typeof DIMENSIONS)[number]]?: Limit | undefined };

/** The limit that headers tell of. `read` gets the text of one, which is about the `limit`, what is `remaining`, or the
 * `reset`; `durationMs` reads the latter, and is given '' where there is none. */
export function limitIn(
  read: (what: string) => string | null,
  durationMs: (reset: string) => number | undefined,
): Limit | undefined {
  const numberIn = (what: string) => {
    const number = Number(read(what) || Number.NaN);
    return Number.isFinite(number) ? number : undefined;
  };
  const limit = numberIn('limit');
  if (limit === undefined || limit <= 0) return undefined;
  return { limit, remaining: numberIn('remaining'), resetInMs: durationMs(read('reset') ?? '') };
}
