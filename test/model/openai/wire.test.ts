import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerOf } from '../../../src/model/answer.ts';
import type { PendingCall } from '../../../src/model/call.ts';
import { CallTransport } from '../../../src/model/calls/transport.ts';
import { requestForm } from '../../../src/model/openai/request.ts';
import { ChatConnection, createClient } from '../../../src/model/openai/wire.ts';
import { digestPrompt } from '../../../src/model/prompt.ts';
import type { ModelParams } from '../../../src/model/request.ts';
import { RunError } from '../../../src/shared/errors.ts';
import {
  type AnthropicOptions,
  type AnthropicServer,
  reply,
  startAnthropic,
} from '../../servers/anthropic.ts';
import { Recorder } from '../calls.ts';

const ANSWER = z.looseObject({ rating: z.number().min(0).max(100), note: z.string().optional() });
const ASKING: ModelParams = { model: 'openai/small/one', structured: 'auto', maxTokens: 100 };

let server: AnthropicServer;

afterEach(() => server?.close());

function calls(count: number, params: Partial<ModelParams> = {}): PendingCall[] {
  const form = requestForm(ANSWER, { ...ASKING, ...params });
  return Array.from({ length: count }, (_, index) => ({
    hash: `call ${index}`,
    model: params.model ?? ASKING.model,
    maxTokens: 100,
    worstUsd: 0.001,
    request: async () => form.request({ system: 'Be brief.', user: `Rate ${index}.` }),
  }));
}

async function run(options: AnthropicOptions, asked = calls(6), recorder = new Recorder({ limitUsd: 1 })) {
  server = await startAnthropic({ answer: () => ({ rating: 7, note: null }), ...options });
  const connection = new ChatConnection(await createClient(server.environment));
  await new CallTransport({ connect: async () => connection }).send(asked, recorder);
  return recorder;
}

function answersOf(recorder: Recorder): unknown[] {
  return recorder.outcomes.map(({ outcome }) => ('message' in outcome ? answerOf(outcome.message) : outcome));
}

const bodies = () => server.posts('/v1/chat/completions').map(({ body }) => body as Record<string, unknown>);

describe('a call', () => {
  it('asks for a strict schema, and is read as a message', async () => {
    const recorder = await run({ chat: { served: () => ({ model: 'small-2026', provider: 'Somebody' }) } });
    expect(answersOf(recorder)).toEqual(Array(6).fill({ value: { rating: 7 } }));
    expect(bodies()[0]).toEqual({
      model: 'small/one',
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Rate 0.' },
      ],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          strict: true,
          schema: {
            type: 'object',
            additionalProperties: false,
            properties: {
              rating: { type: 'number', description: '{minimum: 0, maximum: 100}' },
              note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
            },
            required: ['rating', 'note'],
          },
        },
      },
    });
    const [first] = recorder.outcomes;
    expect(first?.outcome).toMatchObject({ message: { model: 'small-2026', provider: 'Somebody' } });
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('tells what was cached, what was thinking, and what it cost', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 30 },
      inference_geo: 'us',
      cost: 0.25,
    };
    const { outcomes } = await run(
      { chat: { change: (completion) => ({ ...completion, usage }) } },
      calls(1),
    );
    expect(outcomes[0]?.outcome).toMatchObject({
      message: {
        usage: {
          input_tokens: 40,
          cache_read_input_tokens: 60,
          output_tokens: 50,
          reasoning_tokens: 30,
          inference_geo: 'us',
          cost: 0.25,
        },
      },
    });
  });

  it('is served by what LiteLLM names in a header, where its answer has the name that was asked for', async () => {
    const completion = {
      id: '1',
      model: 'small/one',
      choices: [{ finish_reason: 'stop', message: { content: '{"rating":7}' } }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    };
    const headers = { 'x-litellm-model-name': 'openai/two', 'x-litellm-response-cost': '0.0' };
    const { outcomes } = await run({ instead: () => ({ headers, body: completion }) }, calls(1));
    expect(outcomes[0]?.outcome).toMatchObject({ message: { model: 'openai/two', usage: { cost: 0 } } });
  });

  it('costs nothing that no call costs, whatever a header names: it could not be kept', async () => {
    const { outcomes } = await run({ chat: { cost: () => ({ header: 5_000 }) } }, calls(1));
    const [message] = outcomes.flatMap(({ outcome }) => ('message' in outcome ? [outcome.message] : []));
    expect(message?.usage.cost ?? null).toBeNull();
  });

  it('costs what a header names', async () => {
    const { outcomes } = await run({ chat: { cost: () => ({ header: 0.5 }) } }, calls(1));
    expect(outcomes[0]?.outcome).toMatchObject({ message: { usage: { cost: 0.5 } } });
  });

  it.each([
    ['a refusal', reply({ text: 'No.', stopReason: 'refusal' }), 'refusal'],
    ['an answer cut off', reply({ text: '{"rating"', stopReason: 'max_tokens' }), 'max_tokens'],
    ['a filtered answer', reply({ text: '', stopReason: 'content_filter' as never }), 'content_filter'],
    ['no answer', reply({ text: '' }), 'empty_answer'],
  ])('is told by name: %s', async (_, answer, reason) => {
    expect(answersOf(await run({ answer: () => answer }, calls(1)))).toMatchObject([{ reason }]);
  });

  it.each([
    ['text in parts', { content: [{ type: 'thinking' }, { type: 'text', text: '{"rating":7}' }] }],
    [
      'the input of a tool as an object',
      { tool_calls: [{ function: { name: 'answer', arguments: { rating: 7 } } }] },
    ],
  ])('is read where a service gives %s', async (_, message) => {
    const change = (completion: object) => ({ ...completion, choices: [{ message }] });
    expect(answersOf(await run({ chat: { change } }, calls(1)))).toEqual([{ value: { rating: 7 } }]);
  });

  it.each([[[]], [null], [[{ finish_reason: 'stop', message: null }]]])(
    'is paid for once when a filter leaves nothing of its answer: %j',
    async (choices) => {
      const recorder = await run(
        { chat: { change: (completion) => ({ ...completion, choices }) } },
        calls(1),
      );
      expect(answersOf(recorder)).toMatchObject([{ reason: 'empty_answer' }]);
      expect(server.paid).toHaveLength(1);
      expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
    },
  );

  it.each([
    ['without its usage', (completion: object) => ({ ...completion, usage: null })],
    ['without its choices', ({ choices: _, ...rest }: { choices?: unknown }) => rest],
    ['as a stream', () => 'data: {"choices":[{"delta":{"content":"{}"}}]}\n\ndata: [DONE]\n\n'],
  ])('is not paid for again when its answer comes %s', async (_, change) => {
    const recorder = await run({ chat: { change } }, calls(1));
    expect([recorder.reasons, server.paid.length]).toEqual([['malformed_answer'], 1]);
    expect(recorder.budget.spentUsd).toBe(0.001);
  });

  it('whose answer is nested too deep alone has none of use', async () => {
    const deep = `{"rating":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const answer: AnthropicOptions['answer'] = ({ messages }) =>
      messages[0]?.content === 'Rate 1.' ? reply({ text: deep, usage: {} }) : { rating: 7 };
    const recorder = await run({ answer }, calls(3));
    expect(recorder.answered).toBe(3);
    expect(
      answersOf(recorder).filter((one) => ANSWER.safeParse((one as { value: unknown }).value).success),
    ).toHaveLength(2);
  });

  it('is tried again after an object that no text can be made of', async () => {
    let asked = 0;
    const body = { toString: null };
    const recorder = await run({ instead: () => (asked++ === 0 ? { body } : undefined) }, calls(1));
    expect(recorder.answered).toBe(1);
  });

  it('is tried again after an error that comes with a good status, and costs nothing', async () => {
    const body = { error: { code: 429, message: 'Provider returned error' } };
    let asked = 0;
    const recorder = await run({ instead: () => (asked++ === 0 ? { body } : undefined) }, calls(1));
    expect(recorder.answered).toBe(1);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it.each([
    [{ error: { code: 402, message: 'Insufficient credits.' } }, 200, /cannot pay for it/],
    [{ error: { message: 'Budget has been exceeded! Current cost: 2' } }, 400, /cannot pay for it/],
    [{ error: { message: 'Billing hard limit has been reached' } }, 400, /cannot pay for it/],
    [{ error: { message: 'ExceededBudget: User=u over budget.' } }, 429, /cannot pay for it/],
    [{ error: { message: 'Not active.', code: 'billing_not_active' } }, 429, /cannot pay for it/],
    [{ error: { message: 'You have no more.', code: 'insufficient_quota' } }, 429, /cannot pay for it/],
    [{ error: { message: 'insufficient_quota: pay first', code: null } }, 429, /cannot pay for it/],
    [{ error: { message: 'no such key' } }, 401, /check OPENAI_API_KEY/],
    [{ error: { message: 'no such model' } }, 404, /check --target-models and OPENAI_BASE_URL/],
  ])('that is refused for good ends the run: %j', async (body, status, message) => {
    const asked = run({ instead: () => ({ status, body }) });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toBeInstanceOf(RunError);
    // In either form at most, and none of them again.
    expect(server.requests.length).toBeLessThanOrEqual(12);
  });

  it('is one of several that a passing limit turns away, whatever words it has', async () => {
    const message = 'You exceeded your current quota, please check your plan. Please retry in 1s.';
    const faults = [{ status: 429, message, headers: { 'llm_provider-retry-after': '1' } }];
    const started = performance.now();
    expect((await run({ faults }, calls(2))).answered).toBe(2);
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  it.each(['reset', 'cut', 'garbled', 'page', 'lost', { status: 502 }] as const)(
    'is tried again after a fault: %j',
    async (fault) => {
      expect((await run({ faults: [fault] }, calls(2))).answered).toBe(2);
    },
  );

  it('fails that takes too long, or whose service is gone', async () => {
    server = await startAnthropic({ latencyMs: 5_000 });
    const connection = new ChatConnection(await createClient(server.environment));
    const request = await (calls(1)[0] as PendingCall).request();
    const slow = await connection.send(request, AbortSignal.timeout(200));
    expect(slow).toMatchObject({ reason: 'timeout', passing: true, maybeBilled: true });
    await server.close();
    const gone = await connection.send(request, new AbortController().signal);
    expect(gone).toMatchObject({ reason: 'connection', passing: true, maybeBilled: false });
  });

  it('alone fails when a filter refuses its prompt', async () => {
    const body = { error: { message: 'filtered', code: 'content_filter' } };
    const instead: AnthropicOptions['instead'] = ({ body: asked }) =>
      JSON.stringify(asked).includes('Rate 3.') ? { status: 400, body } : undefined;
    const recorder = await run({ instead });
    expect([recorder.answered, recorder.reasons]).toEqual([5, ['content_filter']]);
  });
});

describe('the limits', () => {
  it.each(['bucket', 'window'] as const)(
    'are used to nine tenths at least, and never met: %s',
    async (kind) => {
      const rateLimit = { requestsPerMinute: 6_000, headers: true, kind };
      const started = performance.now();
      const recorder = await run({ latencyMs: 100, rateLimit }, calls(600), new Recorder());
      expect([recorder.answered, server.rateLimited]).toEqual([600, []]);
      expect(performance.now() - started).toBeLessThan(6_000 / 0.9);
    },
  );
});

describe('the form of a request', () => {
  it('is a forced tool where the other is refused, as one call tells', async () => {
    const recorder = await run({ chat: { format: 'refused' } });
    expect(answersOf(recorder)).toEqual(Array(6).fill({ value: { rating: 7 } }));
    expect(bodies().filter((body) => 'response_format' in body)).toHaveLength(1);
    expect(server.paid).toHaveLength(6);
  });

  it('is a forced tool where the other is ignored, and the answer that told is paid for', async () => {
    const recorder = await run({
      chat: { format: 'ignored' },
      answer: ({ tools }) => (tools ? { rating: 7 } : reply({ text: 'I would say 7.' })),
    });
    expect(answersOf(recorder)).toEqual(Array(6).fill({ value: { rating: 7 } }));
    expect(server.paid).toHaveLength(7);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
    const used = recorder.outcomes.map(({ outcome }) =>
      'message' in outcome ? recorder.cost(outcome.message) : 0,
    );
    expect(used.reduce((sum, usd) => sum + usd)).toBeCloseTo(server.paidUsd, 12);
  });

  it('is the one asked for, whatever becomes of it', async () => {
    const refused = run({ chat: { format: 'refused' } }, calls(6, { structured: 'json' }));
    await expect(refused).rejects.toThrow(/response_format type is unavailable/);
    await server.close();
    await run({}, calls(2, { structured: 'tool' }));
    expect(bodies().every((body) => 'tools' in body && !('response_format' in body))).toBe(true);
  });

  it.each([
    ['openai/small', 7],
    ['openai/gpt-5-mini', 6],
    ['openai/azure/o4-mini', 6],
  ])('limits a reasoning model as it wants: %s', async (model, requests) => {
    const recorder = await run({ chat: { limit: 'max_completion_tokens' } }, calls(6, { model }));
    expect([recorder.answered, bodies().length]).toEqual([6, requests]);
  });

  it('is no part of what a call is known by, unless it is asked for', () => {
    const hash = (params: Partial<ModelParams>) =>
      requestForm(ANSWER, { ...ASKING, ...params }).hash(digestPrompt({ user: 'Rate it.' }), 0);
    const all = [
      hash({}),
      hash({ structured: 'json' }),
      hash({ structured: 'tool' }),
      hash({ maxTokens: 9 }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(hash({})).toBe('5d5e16904698c102e463a6865caad8dfb1629fc6ce86c6567b99e74b8218cb0c');
  });
});
