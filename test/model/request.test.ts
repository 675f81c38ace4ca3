import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerOf } from '../../src/model/answer.ts';
import type { Message } from '../../src/model/call.ts';
import {
  type Asking,
  answerSchema,
  buildRequest,
  requestHash,
  structuredFor,
} from '../../src/model/request.ts';

const SCHEMA = answerSchema(z.looseObject({ rating: z.number().min(0).max(100) }));
const ASKING: Asking = { model: 'claude-haiku-4-5', structured: 'json', maxTokens: 100 };
const PROMPT = { system: 'Be brief.', user: 'Rate it.' };

function message(content: readonly object[], stop_reason = 'end_turn'): Message {
  return { content, stop_reason, usage: {} } as never;
}

describe('buildRequest', () => {
  it('asks for structured output, without sampling parameters', () => {
    expect(buildRequest(PROMPT, SCHEMA, ASKING)).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Rate it.' }],
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { rating: { type: 'number', description: '{minimum: 0, maximum: 100}' } },
            required: ['rating'],
            additionalProperties: false,
          },
        },
      },
    });
  });

  it('makes a model call a tool that has no structured output, and sends no system message where none is', () => {
    const request = buildRequest({ user: 'Rate it.' }, SCHEMA, { ...ASKING, structured: 'tool' });
    expect(request).toMatchObject({
      tools: [{ name: 'answer', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'answer' },
    });
    expect(request).not.toHaveProperty('system');
    expect(request).not.toHaveProperty('output_config');
  });

  it.each([
    ['claude-haiku-4-5', 'json'],
    ['claude-haiku-4-5-20251001', 'json'],
    ['claude-opus-5-5', 'json'],
    ['claude-sonnet-4-6', 'json'],
    ['claude-3-5-haiku-20241022', 'tool'],
    ['claude-3-haiku-20240307', 'tool'],
    ['claude-sonnet-4-20250514', 'tool'],
    ['claude-opus-4-1', 'tool'],
    ['claude-opus-4-1-20250805', 'tool'],
  ] as const)('asks %s by %s', (model, structured) => {
    expect(structuredFor(model, 'auto')).toBe(structured);
    expect(structuredFor(model, 'tool')).toBe('tool');
  });
});

describe('requestHash', () => {
  const hash = (change: object = {}, schema = SCHEMA, repeat = 0) =>
    requestHash({ ...buildRequest(PROMPT, schema, ASKING), ...change }, schema, repeat);

  it('is 64 hex digits, whatever the order of keys', () => {
    const request = buildRequest(PROMPT, SCHEMA, ASKING);
    const reversed = Object.fromEntries(Object.entries(request).reverse());
    expect(requestHash(reversed as never, SCHEMA, 0)).toBe(hash());
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with everything that is asked', () => {
    const wider = answerSchema(z.looseObject({ rating: z.number().min(0).max(101) }));
    const hashes = [
      hash(),
      hash({ model: 'claude-opus-5' }),
      hash({ max_tokens: 101 }),
      hash({ system: 'Be brief' }),
      hash({ messages: [{ role: 'user', content: 'Rate it. ' }] }),
      hash({}, wider),
      hash({}, SCHEMA, 1),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('answerOf', () => {
  it('reads text as JSON, passing over thinking', () => {
    const content = [
      { type: 'thinking', thinking: '{"rating": 1}' },
      { type: 'text', text: ' {"rating":' },
      { type: 'text', text: ' 7}\n' },
    ];
    expect(answerOf(message(content))).toEqual({ value: { rating: 7 } });
  });

  it('reads the input of the answer tool', () => {
    const content = [
      { type: 'text', text: 'Here it is.' },
      { type: 'tool_use', name: 'answer', input: { rating: 7 } },
    ];
    expect(answerOf(message(content, 'tool_use'))).toEqual({ value: { rating: 7 } });
  });

  it.each([
    ['refusal', [{ type: 'text', text: '{"rating": 7}' }], 'refusal'],
    ['max_tokens', [{ type: 'text', text: '{"rating": 7' }], 'max_tokens'],
    ['model_context_window_exceeded', [], 'context_window'],
    ['end_turn', [], 'empty_answer'],
    ['end_turn', [{ type: 'text', text: ' \n' }], 'empty_answer'],
    ['end_turn', [{ type: 'text', text: 'I think 7.' }], 'schema_violation'],
    ['end_turn', [{ type: 'tool_use', name: 'other', input: {} }], 'empty_answer'],
  ])('tells %s with %j as %s', (stop, content, reason) => {
    expect(answerOf(message(content, stop))).toMatchObject({ reason });
  });
});
