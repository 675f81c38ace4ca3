import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/message.ts';
import { BUILT_IN_PRICES } from '../../src/model/price-book.ts';
import type { Price } from '../../src/model/prices.ts';

const TODAY = new Date('2026-11-21');

function price(model: string, day = TODAY): Price {
  const found = BUILT_IN_PRICES.priceOf(model, day);
  if (!found) throw new Error(`no price of ${model}`);
  return found;
}

function usage(counts: Partial<Message['usage']>): Message['usage'] {
  return { input_tokens: 0, output_tokens: 0, ...counts } as Message['usage'];
}

describe('Price', () => {
  it('counts input, output and both caches', () => {
    const used = usage({
      input_tokens: 1_000_000,
      output_tokens: 200_000,
      cache_read_input_tokens: 500_000,
      cache_creation_input_tokens: 400_000,
      cache_creation: { ephemeral_1h_input_tokens: 100_000, ephemeral_5m_input_tokens: 300_000 },
    });
    const usd = 1 + 0.2 * 5 + 0.5 * 0.1 + 0.3 * 1.25 + 0.1 * 2;
    expect(price('claude-haiku-4-5').cost(used, 'messages')).toBeCloseTo(usd, 12);
    expect(price('claude-haiku-4-5').cost(used, 'batches')).toBeCloseTo(usd / 2, 12);
  });

  it('charges every token of a long prompt more, cached ones counted in its length', () => {
    const short = usage({ input_tokens: 60_000, cache_read_input_tokens: 40_000, output_tokens: 1_000 });
    const long = usage({ input_tokens: 60_001, cache_read_input_tokens: 40_000, output_tokens: 1_000 });
    const haiku = price('claude-haiku-5-5');
    expect(haiku.cost(short, 'messages')).toBeCloseTo((60_000 * 0.1 + 40_000 * 0.01 + 1_000 * 0.5) / 1e6, 12);
    expect(haiku.cost(long, 'messages')).toBeCloseTo((60_001 * 0.5 + 40_000 * 0.05 + 1_000 * 2.5) / 1e6, 12);
  });

  it('takes the row of the day', () => {
    const read = usage({ cache_read_input_tokens: 1_000_000 });
    expect(price('claude-sonnet-5-5', new Date('2026-10-06T23:59:59Z')).cost(read, 'messages')).toBe(0.2);
    expect(price('claude-sonnet-5-5', new Date('2026-10-07')).cost(read, 'messages')).toBe(0.1);
  });

  it.each(['messages', 'batches'] as const)('charges a tenth more for inference in the US: %s', (list) => {
    const used = { input_tokens: 1_000, output_tokens: 500, cache_read_input_tokens: 300 };
    const cost = (geo: string | null) =>
      price('claude-opus-4-6').cost(usage({ ...used, inference_geo: geo }), list);
    expect(cost('us') / cost(null)).toBeCloseTo(1.1, 12);
    for (const spelt of ['US', 'us-east-1']) expect(cost(spelt)).toBe(cost('us'));
    for (const other of ['global', 'not_available', 'eu', 'usual']) expect(cost(other)).toBe(cost(null));
    const tokens = usage({ input_tokens: 10_000, output_tokens: 8192, inference_geo: 'us' });
    const worst = price('claude-opus-4-6').worst(10_000, 8192, list);
    expect(price('claude-opus-4-6').cost(tokens, list)).toBeLessThanOrEqual(worst);
  });

  it('bounds a call by its bytes and its longest answer', () => {
    const worst = price('claude-haiku-4-5').worst(10_000, 8192, 'messages');
    expect(worst).toBeGreaterThanOrEqual((10_000 * 1 + 8192 * 5) / 1e6);
    expect(price('claude-haiku-4-5').worst(10_000, 8192, 'batches')).toBeCloseTo(worst / 2, 12);
  });
});
