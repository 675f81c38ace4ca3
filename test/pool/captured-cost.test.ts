import { expect, it } from 'vitest';
import { capturedCost } from '../../src/pool/captured-cost.ts';

const NOTHING = { model_name: 'claude-haiku-4-5' };
const METERED = { ...NOTHING, input_tokens: 1_000_000, output_tokens: 100_000 };

// claude-haiku-4-5 costs 1 / 5 USD per million input / output tokens, 0.1 / 1.25 to read / write a cache.
it.each([
  ['nothing is known of', NOTHING, null],
  ['metered', METERED, 1.5],
  [
    'metered, with a cache',
    { ...METERED, cache_read_tokens: 1_000_000, cache_create_tokens: 100_000 },
    1.725,
  ],
  ['that its provider billed', { ...METERED, provider_reported_cost_usd: 0.7, cost_usd: 9 }, 0.7],
  ['that the capture reckons otherwise than the list', { ...METERED, cost_usd: 9 }, 1.5],
  ['of a model without a price', { ...METERED, model_name: 'moonshotai/kimi-k2', cost_usd: 0.3 }, 0.3],
  ['metered on one side only', { ...NOTHING, input_tokens: 50 }, null],
])('a call %s costs what is known best', (_, call, usd) => {
  const found = capturedCost({ model_metadata: call }, '2026-07-10');
  if (usd === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(usd, 10);
});

it('a call of a model without a price that nobody reckoned is known by its tokens', () => {
  const call = { ...METERED, model_name: 'moonshotai/kimi-k2' };
  expect(capturedCost({ model_metadata: call }, '2026-07-10')).toEqual({
    model: 'moonshotai/kimi-k2',
    usage: {
      input_tokens: 1_000_000,
      output_tokens: 100_000,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
    },
  });
});
