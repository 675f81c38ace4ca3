import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PendingCall } from '../../../src/model/call.ts';
import { LoadError, RunError, TransientError } from '../../../src/shared/errors.ts';
import {
  type AnthropicOptions,
  type AnthropicServer,
  type Fault,
  startAnthropic,
} from '../../servers/anthropic.ts';
import { callOf, callsOf, MODEL, Recorder, transportTo } from '../calls.ts';

let server: AnthropicServer;

afterEach(() => server.close());

async function start(
  options: AnthropicOptions = {},
  transport: { requestMs?: number; drainMs?: number } = {},
) {
  server = await startAnthropic(options);
  return transportTo(server, transport);
}

describe('a call', () => {
  it('ends with its answer, its latency and what it cost', async () => {
    const transport = await start({ latencyMs: 50, answer: () => ({ said: 1 }) });
    const recorder = new Recorder({ limitUsd: 1 });
    await transport.send(callsOf(3), recorder);
    expect(recorder.answered).toBe(3);
    for (const { outcome } of recorder.outcomes) {
      expect(outcome).toMatchObject({ message: { content: [{ text: '{"said":1}' }] } });
      expect('message' in outcome && outcome.latencyMs).toBeGreaterThanOrEqual(50);
      expect('message' in outcome && outcome.latencyMs).toBeLessThan(1_000);
    }
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('writes nothing on standard error, of a model that will be retired either', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const transport = await start();
    const recorder = new Recorder();
    await transport.send(callsOf(2, { model: 'claude-sonnet-4-5' }), recorder);
    expect([recorder.answered, warn.mock.calls]).toEqual([2, []]);
    warn.mockRestore();
  });

  it('is not begun, and has no outcome, when it is not wanted', async () => {
    const transport = await start({ latencyMs: 5 });
    const recorder = new Recorder({ limitUsd: 1 });
    // Wanted until two are answered, which a call waits to see once four are under way.
    const calls = callsOf(30).map((call, index) => ({
      ...call,
      isWanted: async () => {
        while (index >= 4 && recorder.answered < 2) await sleep(1);
        return recorder.answered < 2;
      },
    }));
    await transport.send(calls, recorder);
    expect([recorder.answered, server.paid.length]).toEqual([4, 4]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('asks no more once the run is stopped', async () => {
    const transport = await start();
    const abort = new AbortController();
    const waits = (signal: AbortSignal) =>
      new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false)));
    const [first, ...others] = callsOf(3);
    const calls = [first as PendingCall, ...others.map((call) => ({ ...call, isWanted: waits }))];
    setTimeout(() => abort.abort(), 300);
    const recorder = new Recorder({ signal: abort.signal });
    await transport.send(calls.slice(0, 2), recorder);
    expect(recorder.answered).toBe(1);
  });

  it('is begun in its turn, its prompt loaded when there is a place for it', async () => {
    const transport = await start({ latencyMs: 20 });
    const loaded: string[] = [];
    let open = 0;
    let most = 0;
    const calls = callsOf(200).map((call) => ({
      ...call,
      request: () => {
        most = Math.max(most, ++open);
        loaded.push(call.hash);
        return call.request();
      },
    }));
    const recorder = new Recorder();
    recorder.completed = async (call, outcome) => {
      open -= 1;
      await Recorder.prototype.completed.call(recorder, call, outcome);
    };
    await transport.send(calls.slice(0, 20), recorder);
    expect(most).toBeLessThanOrEqual(20);
    await transport.send(calls.slice(20), recorder);
    expect(loaded).toEqual(calls.map(({ hash }) => hash));
    expect(most).toBeLessThanOrEqual(128);
    expect(server.inFlightMax).toBeLessThanOrEqual(128);
  });

  it.for([null, 'text', [null]])(
    'is not asked again when its answer tells what it used: %j',
    async (content) => {
      const usage = { input_tokens: 1, output_tokens: 1 };
      const body = { id: 'msg_1', type: 'message', content, usage };
      const transport = await start({ instead: () => ({ status: 200, body }) });
      const recorder = new Recorder({ limitUsd: 1 });
      await transport.send(callsOf(1), recorder);
      expect([recorder.reasons, server.requests.length]).toEqual([['malformed_answer'], 1]);
      expect(recorder.budget.spentUsd).toBe(0.001);
    },
  );

  it('whose prompt cannot be read costs itself only', async () => {
    const transport = await start();
    const unreadable = (error: Error): PendingCall => ({
      ...callOf(error.message),
      request: () => Promise.reject(error),
    });
    const calls = [
      unreadable(new LoadError('broken')),
      unreadable(new TransientError('later')),
      callOf('good'),
    ];
    const recorder = new Recorder({ limitUsd: 1 });
    await transport.send(calls, recorder);
    const outcomes = new Map(recorder.outcomes.map(({ hash, outcome }) => [hash, outcome]));
    expect(outcomes.get('broken')).toEqual({ reason: 'unreadable', error: 'broken', transient: false });
    expect(outcomes.get('later')).toEqual({ reason: 'unreadable', error: 'later', transient: true });
    expect(outcomes.get('good')).toHaveProperty('message');
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it.for([
    ['reading a prompt', { request: () => Promise.reject(new TypeError('bug')) }, {}],
    ['taking in an outcome', {}, { completed: () => Promise.reject(new TypeError('bug')) }],
  ] as const)('ends the run with a programming error in %s', async ([, ofCall, ofContext]) => {
    const transport = await start();
    const calls = callsOf(50).map((call) => ({ ...call, ...ofCall }));
    // A budget for one call: the others must not wait for what the crashed one held.
    const recorder = Object.assign(new Recorder({ limitUsd: 0.001 }), ofContext);
    await expect(transport.send(calls, recorder)).rejects.toThrow(new TypeError('bug'));
  });

  it.for([
    [413, 'too_large'],
    [422, 'bad_request'],
    [400, 'bad_request'],
    [418, 'http_418'],
  ] as const)(
    'that the service will not take (%i) fails as %s, at once and alone',
    async ([status, reason]) => {
      const transport = await start({ faults: [undefined, { status }] });
      const recorder = new Recorder();
      await transport.send(callsOf(1), recorder);
      await transport.send(callsOf(2), recorder);
      expect(recorder.reasons).toEqual([reason]);
      expect(recorder.outcomes.filter(({ outcome }) => 'reason' in outcome && outcome.transient)).toEqual([]);
      expect(recorder.answered).toBe(2);
      expect(server.requests).toHaveLength(3);
    },
  );
});

describe('faults that pass', () => {
  it('hold back every call when they are 429s', async () => {
    const transport = await start({
      latencyMs: 30,
      faults: (index) => (index === 30 ? { status: 429, headers: { 'retry-after': '1' } } : undefined),
    });
    const recorder = new Recorder();
    await transport.send(callsOf(200), recorder);
    expect(recorder.answered).toBe(200);
    const at = server.rateLimited[0] ?? 0;
    const meanwhile = server.requests.filter((request) => request.at > at + 300 && request.at < at + 1_000);
    expect(meanwhile).toEqual([]);
  });

  it('hold back nobody else when they are 529s', async () => {
    const transport = await start({
      latencyMs: 30,
      faults: (index) => (index === 10 ? { status: 529, headers: { 'retry-after': '2' } } : undefined),
    });
    const begun = Date.now();
    await transport.send(callsOf(200), new Recorder());
    const delayed = server.requests.filter(({ at }) => at - begun >= 2_000);
    expect(delayed).toHaveLength(1);
  });

  it('are as the service says: a server error may be for ever, a bad request may pass', async () => {
    const faults = [
      undefined,
      { status: 500, headers: { 'x-should-retry': 'false' } },
      { status: 400, headers: { 'x-should-retry': 'true' } },
    ];
    const transport = await start({ faults });
    const recorder = new Recorder();
    for (const call of callsOf(3)) await transport.send([call], recorder);
    expect(recorder.answered).toBe(2);
    expect(recorder.reasons).toEqual(['server_error']);
    expect(server.requests).toHaveLength(4);
  });

  it('include an answer that never comes', async () => {
    const transport = await start({ faults: ['stall'] }, { requestMs: 300 });
    const recorder = new Recorder({ limitUsd: 1 });
    await transport.send(callsOf(1, { worstUsd: 0.01 }), recorder);
    expect(recorder.answered).toBe(1);
    // Whether it was paid nobody can tell.
    expect(recorder.budget.spentUsd).toBeCloseTo(0.01 + server.paidUsd, 12);
  });
});

describe('the budget', () => {
  it('stops the run at the first call that does not fit', async () => {
    const transport = await start({ latencyMs: 10 });
    const recorder = new Recorder({ limitUsd: 0.005 });
    await transport.send(callsOf(1_000), recorder);
    expect(recorder.budget.exhausted).toBe(true);
    expect(recorder.reasons).toEqual([]);
    expect(recorder.answered).toBeGreaterThan(50);
    expect(recorder.answered).toBeLessThan(1_000);
    expect(server.paid).toHaveLength(recorder.answered);
    expect(server.paidUsd).toBeLessThanOrEqual(0.005);
  });

  it('is not exceeded by the account of the service, whatever gets lost', async () => {
    const faults: Fault[] = ['lost', 'cut', 'garbled', 'page'];
    // Worst cases come true: each answer takes all its tokens.
    const transport = await start({
      latencyMs: 10,
      answer: () => 'x'.repeat(1_000),
      faults: (index) => (index % 2 ? faults[(index >> 1) % faults.length] : undefined),
    });
    const worstUsd = 0.00053;
    const recorder = new Recorder({ limitUsd: 100 * worstUsd });
    await transport.send(callsOf(300, { worstUsd }), recorder);
    expect(recorder.budget.exhausted).toBe(true);
    expect(recorder.answered).toBeGreaterThan(20);
    expect(new Set(recorder.reasons)).toEqual(new Set(['budget']));
    expect(server.paidUsd).toBeGreaterThan(recorder.answered * 0.0005);
    expect(server.paidUsd).toBeLessThanOrEqual(100 * worstUsd);
    expect(recorder.budget.spentUsd).toBeLessThanOrEqual(100 * worstUsd + 1e-9);
  });

  it('that lost answers use up ends the run as any other end of it', async () => {
    const transport = await start({ faults: () => 'lost' });
    const recorder = new Recorder({ limitUsd: 0.03 });
    await transport.send(callsOf(40), recorder);
    expect(recorder.budget.exhausted).toBe(true);
    expect(new Set(recorder.reasons)).toEqual(new Set(['budget']));
    expect(server.paid).toHaveLength(30);
  });
});

describe('an abort', () => {
  it('lets calls on the wire end, and begins none', async () => {
    const transport = await start({ latencyMs: 600 });
    const controller = new AbortController();
    const recorder = new Recorder({ limitUsd: 10, signal: controller.signal });
    const running = transport.send(callsOf(500), recorder);
    await sleep(1_500);
    const abortedAt = Date.now();
    controller.abort(new Error('interrupted'));
    await running;
    expect(Date.now() - abortedAt).toBeLessThan(1_500);
    expect(server.requests.filter(({ at }) => at > abortedAt + 50)).toEqual([]);
    expect(recorder.answered).toBe(server.paid.length);
    expect(server.paid.length).toBe(server.requests.length);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 9);
  });

  it('gives up calls that wait to be tried again, without an outcome', async () => {
    const transport = await start({ faults: () => ({ status: 503, headers: { 'retry-after': '60' } }) });
    const controller = new AbortController();
    const recorder = new Recorder({ limitUsd: 10, signal: controller.signal });
    const running = transport.send(callsOf(50), recorder);
    await sleep(300);
    const abortedAt = Date.now();
    controller.abort();
    await running;
    expect(Date.now() - abortedAt).toBeLessThan(200);
    expect(recorder.outcomes).toEqual([]);
    expect(recorder.budget.spentUsd).toBe(0);
  });

  it('leaves calls that do not end, and books them at their worst', async () => {
    const transport = await start({ faults: () => 'stall' }, { drainMs: 400 });
    const controller = new AbortController();
    const recorder = new Recorder({ limitUsd: 10, signal: controller.signal });
    const running = transport.send(callsOf(50), recorder);
    await sleep(300);
    const abortedAt = Date.now();
    controller.abort();
    await running;
    expect(Date.now() - abortedAt).toBeGreaterThanOrEqual(390);
    expect(Date.now() - abortedAt).toBeLessThan(1_000);
    expect(recorder.outcomes).toEqual([]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.requests.length * 0.001, 9);
  });

  it('before the run begins it at all', async () => {
    const transport = await start();
    const recorder = new Recorder({ signal: AbortSignal.abort() });
    await transport.send(callsOf(5), recorder);
    expect(server.requests).toEqual([]);
    expect(recorder.outcomes).toEqual([]);
  });
});

describe('what no further call would mend', () => {
  it.for([
    [401, 'check ANTHROPIC_API_KEY'],
    [402, 'credit'],
    [403, 'may use'],
    [404, 'check --target-models'],
  ] as const)('ends the run when the first calls are all refused: %i', async ([status, advice]) => {
    const transport = await start({ latencyMs: 50, faults: () => ({ status, message: 'says why' }) });
    const recorder = new Recorder({ limitUsd: 10 });
    const error: unknown = await transport.send(callsOf(1_000), recorder).catch((error) => error);
    expect(error).toBeInstanceOf(RunError);
    for (const part of [MODEL, server.url, `${status}`, 'says why', advice]) {
      expect((error as Error).message).toContain(part);
    }
    expect(server.requests.length).toBeLessThan(30);
    await expect(transport.send(callsOf(1), recorder)).rejects.toBe(error);
  });

  it('ends the run of few calls that are all refused', async () => {
    const transport = await start({ faults: () => ({ status: 404 }) });
    await expect(transport.send(callsOf(2), new Recorder())).rejects.toThrow(/refused all 2 calls.*HTTP 404/);
  });

  it.for([400, 401, 403, 404, 413] as const)(
    'is not one %i: it costs one call, the first or a later one',
    async (status) => {
      for (const struck of ['call 0', 'call 33']) {
        const transport = await start({
          latencyMs: 20,
          faults: (_, { body }) => (JSON.stringify(body).includes(`"${struck}"`) ? { status } : undefined),
        });
        const recorder = new Recorder({ limitUsd: 10 });
        await transport.send(callsOf(60), recorder);
        expect([recorder.answered, recorder.reasons.length]).toEqual([59, 1]);
        await server.close();
      }
    },
  );

  it.for([400, 401, 403, 404] as const)('is %i twenty times in a row, after answers', async (status) => {
    const transport = await start({
      latencyMs: 20,
      faults: (index) => (index > 40 ? { status } : undefined),
    });
    const recorder = new Recorder({ limitUsd: 10 });
    await expect(transport.send(callsOf(1_000), recorder)).rejects.toThrow(/refused 20 calls in a row/);
    // What was paid is kept all the same.
    expect(recorder.answered).toBe(server.paid.length);
    expect(server.requests.length).toBeLessThan(250);
  });

  it.for([
    ['too_large', { status: 413 }],
    ['too_large', { status: 400, message: 'prompt is too long: 209431 tokens > 200000 maximum' }],
    ['blocked', 'firewall'],
  ] as const)('is not a prompt that is %s, of one call or of all of a family', async ([reason, fault]) => {
    const ofFamily = (text: string) => Number(/call (\d+)/.exec(text)?.[1]) >= 30;
    const transport = await start({
      latencyMs: 5,
      ...(fault === 'firewall'
        ? {
            instead: ({ body }) =>
              ofFamily(JSON.stringify(body))
                ? { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>Sorry</html>' }
                : undefined,
          }
        : { faults: (_, { body }) => (ofFamily(JSON.stringify(body)) ? fault : undefined) }),
    });
    const recorder = new Recorder({ limitUsd: 10 });
    await transport.send(callsOf(60), recorder);
    expect([recorder.answered, recorder.reasons]).toEqual([30, Array(30).fill(reason)]);
    // Nor where earlier runs had the other answers.
    const later = new Recorder({ known: 30 });
    await (await transportTo(server)).send(callsOf(60).slice(30), later);
    expect(later.reasons).toHaveLength(30);
  });

  it.for([
    [400, 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.'],
    [400, 'You have reached your specified API usage limits. You will regain access on 2026-12-01.'],
    [429, 'insufficient_quota'],
  ] as const)('is an account that cannot pay, at once: %i %s', async ([status, message]) => {
    const transport = await start({
      latencyMs: 20,
      faults: (index) => (index > 40 ? { status, message } : undefined),
    });
    const recorder = new Recorder({ limitUsd: 10 });
    const error: unknown = await transport.send(callsOf(1_000), recorder).catch((error) => error);
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain('the account cannot pay');
    expect(server.requests.length).toBeLessThan(150);
  });

  it('ends the run of that model only', async () => {
    const transport = await start({ latencyMs: 20, models: [MODEL] });
    const recorder = new Recorder({ limitUsd: 10 });
    const [bad, good] = await Promise.allSettled([
      transport.send(callsOf(100, { model: 'claude-nonesuch' }), recorder),
      transport.send(callsOf(100), recorder),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(RunError) });
    expect(good).toMatchObject({ status: 'fulfilled' });
    expect(recorder.answered).toBe(100);
  });

  it('is a bad request each time', async () => {
    const transport = await start({ faults: () => ({ status: 400, message: 'max_tokens: too much' }) });
    const recorder = new Recorder();
    const running = transport.send(callsOf(200), recorder);
    await expect(running).rejects.toThrow(/refused each of the first \d.*max_tokens: too much/);
    await expect(running).rejects.toBeInstanceOf(RunError);
    expect(server.requests.length).toBeLessThan(30);
  });

  it('is not a bad request now and then', async () => {
    const faults = (index: number): Fault | undefined =>
      index === 0 || index > 8 ? undefined : { status: 400 };
    const transport = await start({ faults });
    const recorder = new Recorder();
    await transport.send(callsOf(1), recorder);
    await transport.send(callsOf(20), recorder);
    expect(recorder.reasons).toHaveLength(8);
  });

  it('is not a bad request of a few calls, nor of a model that answered before', async () => {
    const transport = await start({ faults: () => ({ status: 400 }) });
    const few = new Recorder();
    await transport.send(callsOf(3), few);
    expect(few.reasons).toHaveLength(3);
    const known = new Recorder({ known: 1 });
    await (await transportTo(server)).send(callsOf(15), known);
    expect(known.reasons).toHaveLength(15);
  });

  it('is a failure of each of the first twenty calls', async () => {
    const faults = () => ({ status: 500, headers: { 'x-should-retry': 'false' } });
    const transport = await start({ faults });
    const recorder = new Recorder();
    const running = transport.send(callsOf(200), recorder);
    await expect(running).rejects.toThrow(/first 20 calls .* all failed.*scripted/);
    await expect(running).rejects.toBeInstanceOf(RunError);
    expect(recorder.outcomes.length).toBeGreaterThanOrEqual(20);
    expect(server.requests.length).toBeLessThan(40);
  });

  it('is not the failure of those that fail first', async () => {
    // A refusal is quick: twenty come before the first answer.
    const transport = await start({
      latencyMs: 300,
      faults: (index) => (index > 0 && index < 40 ? { status: index % 2 ? 400 : 413 } : undefined),
    });
    const recorder = new Recorder();
    await transport.send(callsOf(60), recorder);
    expect(recorder.answered).toBe(21);
    expect(recorder.reasons).toHaveLength(39);
  });

  it('counts the calls of all runs of a model', async () => {
    const transport = await start({ faults: () => ({ status: 413 }) });
    const recorder = new Recorder();
    await transport.send(callsOf(15), recorder);
    await expect(transport.send(callsOf(15), recorder)).rejects.toThrow('first 20 calls');
  });
});

describe('in flight', () => {
  it('are 128 calls at most, of several models together', async () => {
    const transport = await start({ latencyMs: 150 });
    const recorder = new Recorder();
    const models = ['a', 'b', 'c'];
    await Promise.all(models.map((model) => transport.send(callsOf(500, { model }), recorder)));
    expect(recorder.answered).toBe(1_500);
    expect(server.inFlightMax).toBeLessThanOrEqual(128);
    expect(server.inFlightMax).toBeGreaterThan(100);
  });
});
