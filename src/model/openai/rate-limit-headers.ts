import { type LimitStatus, limitIn } from '../limits.ts';

const UNITS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
/** A plain number above this many seconds is no duration. */
const LONGEST_S = 86_400;

/** What an answer's `x-ratelimit-*` headers tell of the limits. LiteLLM hands some on under their own name. */
export function limitsIn(headers: Headers): LimitStatus {
  const of = (dimension: string) =>
    limitIn((what) => {
      const name = `x-ratelimit-${what}-${dimension}`;
      return headers.get(name) ?? headers.get(`llm_provider-${name}`);
    }, durationMs);
  return { requests: of('requests'), tokens: of('tokens') };
}

/** Milliseconds of a duration such as `6m0s`, `20ms`, or a number of seconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) <= LONGEST_S ? Number(text) * 1_000 : undefined;
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS.get(unit ?? '') ?? 0), 0);
}
