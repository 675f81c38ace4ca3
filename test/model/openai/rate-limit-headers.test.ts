import { expect, it } from 'vitest';
import { durationMs, limitsIn } from '../../../src/model/openai/rate-limit-headers.ts';

it.each([
  ['6m0s', 360_000],
  ['1h2m3.5s', 3_723_500],
  ['20ms', 20],
  ['1s', 1_000],
  ['2', 2_000],
  ['0.25', 250],
  ['1764403200', undefined],
  ['soon', undefined],
  ['', undefined],
])('reads %s as a duration', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it('reads the limits of requests and tokens, as a service or a gateway tells them', () => {
  const headers = new Headers({
    'x-ratelimit-limit-requests': '600',
    'x-ratelimit-remaining-requests': '599',
    'llm_provider-x-ratelimit-reset-requests': '100ms',
    'x-ratelimit-limit-tokens': '0',
  });
  expect(limitsIn(headers)).toEqual({
    requests: { limit: 600, remaining: 599, resetInMs: 100 },
    tokens: undefined,
  });
});
