import { expect, it } from 'vitest';
import type { CapturedCall } from '../../src/corpus/prompt.ts';
import { capturedCost } from '../../src/pool/captured-cost.ts';

const NOTHING: CapturedCall = {
  model: 'claude-haiku-4-5',
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reportedUsd: 0,
  reckonedUsd: 0,
};
const METERED = { ...NOTHING, inputTokens: 1_000_000, outputTokens: 100_000 };

// claude-haiku-4-5 costs 1 / 5 USD per million input / output tokens, 0.1 / 1.25 to read / write a cache.
it.each([
  ['nothing is known of', NOTHING, null],
  ['metered', METERED, 1.5],
  ['metered, with a cache', { ...METERED, cacheReadTokens: 1_000_000, cacheWriteTokens: 100_000 }, 1.725],
  ['that its provider billed', { ...METERED, reportedUsd: 0.7, reckonedUsd: 9 }, 0.7],
  ['that the capture reckons otherwise than the list', { ...METERED, reckonedUsd: 9 }, 1.5],
  ['of a model without a price', { ...METERED, model: 'moonshotai/kimi-k2', reckonedUsd: 0.3 }, 0.3],
  ['of a model without a price, unreckoned', { ...METERED, model: 'moonshotai/kimi-k2' }, null],
  ['metered on one side only', { ...NOTHING, inputTokens: 50 }, null],
])('a call %s costs what is known best', (_, call, usd) => {
  const found = capturedCost(call, '2026-07-10');
  if (usd === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(usd, 10);
});
