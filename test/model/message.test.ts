import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/model/message.ts';
import { BUILT_IN_PRICES } from '../../src/model/price-book.ts';

const USAGE = { input_tokens: 1_000, output_tokens: 100 };
const MESSAGE = {
  id: 'msg_1',
  content: [{ type: 'text', text: '{}' }],
  stop_reason: 'end_turn',
  usage: USAGE,
};

describe('readMessage', () => {
  it('keeps all that the service says', () => {
    const message = { ...MESSAGE, role: 'assistant', usage: { ...USAGE, service_tier: 'batch' } };
    expect(readMessage(message)).toEqual(message);
  });

  it.each([
    undefined,
    null,
    '<html>',
    [],
    { ...MESSAGE, content: null },
    { ...MESSAGE, content: [null] },
    { ...MESSAGE, content: [{ type: 'text', text: 7 }] },
    { ...MESSAGE, usage: null },
    { ...MESSAGE, usage: { ...USAGE, input_tokens: '1000' } },
    { ...MESSAGE, usage: { ...USAGE, output_tokens: -1 } },
    { ...MESSAGE, usage: { ...USAGE, output_tokens: Number.POSITIVE_INFINITY } },
  ])('takes %j for no message', (value) => {
    expect(readMessage(value)).toBeUndefined();
  });

  it('takes what is nested too deep for no message', () => {
    const input = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(readMessage({ ...MESSAGE, content: [{ type: 'tool_use', input }] })).toBeUndefined();
  });

  it.each([
    { cache_read_input_tokens: 'many' },
    { cache_creation_input_tokens: {} },
    { cache_creation: 7 },
    { cache_creation: { ephemeral_1h_input_tokens: [] } },
    { cache_read_input_tokens: -5 },
    { inference_geo: {} },
  ])('has a cost whatever the type of %j', (odd) => {
    const message = readMessage({ ...MESSAGE, usage: { ...USAGE, ...odd } });
    const price = BUILT_IN_PRICES.priceOf('claude-haiku-4-5', new Date('2026-11-21'));
    expect(message && price?.cost(message.usage, 'messages')).toBeCloseTo((1_000 + 5 * 100) / 1e6, 12);
  });
});
