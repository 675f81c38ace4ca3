import { type LimitStatus, limitIn } from '../limits.ts';

/** What an answer's `anthropic-ratelimit-*` headers tell of the limits. */
export function limitsIn(headers: Headers): LimitStatus {
  const of = (dimension: string) =>
    limitIn((what) => headers.get(`anthropic-ratelimit-${dimension}-${what}`), msUntil);
  return { requests: of('requests'), inputTokens: of('input-tokens'), outputTokens: of('output-tokens') };
}

function msUntil(date: string): number | undefined {
  const ms = Date.parse(date) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}
