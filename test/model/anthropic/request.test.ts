import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerOf } from '../../../src/model/answer.ts';
import { requestForm, structuredFor } from '../../../src/model/anthropic/request.ts';
import type { Message } from '../../../src/model/message.ts';
import { digestPrompt } from '../../../src/model/prompt.ts';
import type { ModelParams } from '../../../src/model/request.ts';

const SCHEMA = z.looseObject({ rating: z.number().min(0).max(100) });
const ASKING: ModelParams = { model: 'claude-haiku-4-5', structured: 'json', maxTokens: 100 };
const PROMPT = { system: 'Be brief.', user: 'Rate it.' };

function message(content: readonly object[], stop_reason = 'end_turn'): Message {
  return { content, stop_reason, usage: {} } as never;
}

describe('a request', () => {
  it('asks for structured output, without sampling parameters', () => {
    expect(requestForm(SCHEMA, ASKING).request(PROMPT)).toEqual({
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
    const request = requestForm(SCHEMA, { ...ASKING, structured: 'tool' }).request({
      user: 'Rate it.',
    });
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

describe('a prompt with half a surrogate pair', () => {
  it.each([
    ['a first half within', { user: 'BUY \ud83d and hold' }],
    ['a second half at the start', { user: '\udca9 first' }],
    ['a first half at the end of the system prompt', { system: 'Be brief \ud83d', user: 'Rate it.' }],
  ])('is sent as text: %s', (_, prompt) => {
    const text = JSON.stringify(requestForm(SCHEMA, ASKING).request(prompt));
    expect(text).not.toMatch(/\\ud[89a-f]/);
    expect(text).toContain('\ufffd');
  });

  it('is not one with a whole pair', () => {
    const request = requestForm(SCHEMA, ASKING).request({ user: 'BUY \u{1f4a9}' });
    expect(request.messages[0]?.content).toBe('BUY \u{1f4a9}');
  });
});

describe('the hash of a call', () => {
  const hash = (params: Partial<ModelParams> = {}, prompt: object = {}, schema = SCHEMA, repeat = 0) =>
    requestForm(schema, { ...ASKING, ...params }).hash(digestPrompt({ ...PROMPT, ...prompt }), repeat);

  it('is 64 hex digits, the same every time', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(hash());
  });

  it('is what it always was, so that no kept call is paid for again', () => {
    expect(hash()).toBe('fd587778c4ad364fbe65ef4ca634f14ca6f6ddcf9940ee06b28be323e863d719');
    expect(hash({ structured: 'tool' })).toBe(
      '3627cecfc464a0caad928d9479436ae936bfded1e52dae0d38535aceec6cfe25',
    );
  });

  it('changes with everything that is asked', () => {
    const wider = z.looseObject({ rating: z.number().min(0).max(101) });
    const hashes = [
      hash(),
      hash({ model: 'claude-opus-5' }),
      hash({ maxTokens: 101 }),
      hash({ structured: 'tool' }),
      hash({}, { system: 'Be brief' }),
      hash({}, { system: undefined }),
      hash({}, { system: '' }),
      hash({}, { user: 'Rate it. ' }),
      hash({}, { system: 'Be brief.Rate', user: ' it.' }),
      hash({}, {}, wider),
      hash({}, {}, SCHEMA, 1),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is of no fewer bytes than the request', () => {
    const form = requestForm(SCHEMA, ASKING);
    for (const prompt of [PROMPT, { user: 'é\n"'.repeat(100) }, { system: '', user: '' }]) {
      const bytes = Buffer.byteLength(JSON.stringify(form.request(prompt)));
      expect(form.bytes(digestPrompt(prompt))).toBeGreaterThanOrEqual(bytes);
      expect(form.bytes(digestPrompt(prompt))).toBeLessThan(bytes + 50);
    }
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
