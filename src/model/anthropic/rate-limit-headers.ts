import type { LimitStatus } from '../rate-limiter.ts';

/** What an answer's `anthropic-ratelimit-*` headers tell of the limits. */
export function limitsIn(headers: Headers): LimitStatus {
  return {
    requests: limitIn(headers, 'requests'),
    inputTokens: limitIn(headers, 'input-tokens'),
    outputTokens: limitIn(headers, 'output-tokens'),
  };
}

function limitIn(headers: Headers, dimension: string): LimitStatus['requests'] {
  const read = (what: string) => headers.get(`anthropic-ratelimit-${dimension}-${what}`) ?? '';
  const limit = numberOf(read('limit'));
  if (limit === undefined || limit <= 0) return undefined;
  const resetIn = Date.parse(read('reset')) - Date.now();
  return {
    limit,
    remaining: numberOf(read('remaining')),
    resetInMs: Number.isNaN(resetIn) ? undefined : resetIn,
  };
}

function numberOf(text: string): number | undefined {
  const number = Number(text || Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
