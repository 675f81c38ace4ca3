import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../../src/model/anthropic/wire.ts';
import type { PendingCall } from '../../../../src/model/call.ts';
import type { Message } from '../../../../src/model/message.ts';
import { AccessError, LoadError, RunError } from '../../../../src/shared/errors.ts';
import {
  type AnthropicOptions,
  type AnthropicServer,
  type Fault,
  type MessageBody,
  type Received,
  Refusal,
  startAnthropic,
} from '../../../servers/anthropic.ts';
import { MODEL, type Recorder } from '../../calls.ts';
import { BatchRecorder, call, calls, hashOf, transportOver, WORST_USD } from './batches.ts';

let folder: string;
let server: AnthropicServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batches-'));
  server = await startAnthropic();
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** The scripted model says what it was asked. */
function script(options: AnthropicOptions): void {
  server.options = { answer: ({ messages }) => messages[0]?.content, ...options };
}

/** A fault that strikes the first request it is meant for. */
function once(fault: Fault, on: (request: Received) => boolean) {
  let struck = false;
  return (_index: number, request: Received) => {
    if (struck || !on(request)) return undefined;
    struck = true;
    return fault;
  };
}

async function run(pending: PendingCall[], options: ConstructorParameters<typeof Recorder>[0] = {}) {
  const recorder = new BatchRecorder(options);
  await (await transportOver(server, folder)).send(pending, recorder);
  return recorder;
}

/** Starts a run, waits for `moment` and stops it as a signal would; a killed process leaves no more behind. */
async function interrupt(pending: PendingCall[], moment: () => boolean): Promise<BatchRecorder> {
  const controller = new AbortController();
  const recorder = new BatchRecorder({ signal: controller.signal });
  const running = (await transportOver(server, folder)).send(pending, recorder);
  await until(moment);
  controller.abort(new Error('stopped'));
  await running;
  return recorder;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

async function documents(): Promise<{ name: string; json: Record<string, unknown> }[]> {
  const prefix = join(folder, '_replay_batches');
  const names = await readdir(prefix).catch(() => []);
  return Promise.all(
    names.map(async (name) => ({ name, json: JSON.parse(await readFile(join(prefix, name), 'utf8')) })),
  );
}

async function deleteDocuments(): Promise<void> {
  await rm(join(folder, '_replay_batches'), { recursive: true });
}

/** Changes the documents as an earlier moment, or another process, would have left them. */
async function rewriteDocuments(change: (json: Record<string, unknown>) => Record<string, unknown>) {
  for (const { name, json } of await documents()) {
    await writeFile(join(folder, '_replay_batches', name), JSON.stringify({ ...json, ...change(json) }));
  }
}

/** A batch of someone's, created without this program. */
async function createForeign(ids: string[]): Promise<void> {
  const client = await createClient(server.environment);
  await client.messages.batches.create({
    requests: ids.map((id) => ({
      custom_id: id,
      params: { model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: `foreign ${id}` }] },
    })),
  });
}

function expectAllOnce(recorder: BatchRecorder, pending: PendingCall[]): void {
  expect(recorder.outcomes).toHaveLength(pending.length);
  expect([...recorder.answers.keys()].sort()).toEqual(pending.map(({ hash }) => hash).sort());
  const { budget } = recorder;
  const rest = budget.tryReserve(budget.limitUsd - budget.spentUsd);
  expect(rest, 'nothing is reserved any more').toBeDefined();
  rest?.settle(0);
  expectPaidOnce();
}

function expectPaidOnce(): void {
  expect([...server.paidByBody().values()].filter((times) => times > 1)).toEqual([]);
}

describe('sending', () => {
  it('makes the calls in one batch, at the batch price', async () => {
    script({ batch: { durationMs: 100 } });
    const recorder = await run(calls(25));
    expectAllOnce(recorder, calls(25));
    expect(server.batches).toHaveLength(1);
    expect(server.posts('/v1/messages')).toEqual([]);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
    expect((await documents()).map(({ json }) => json)).toEqual([
      {
        schema_version: 1,
        run_id: '2605160900',
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        model: MODEL,
        batch_id: server.batches[0]?.id,
        collected: true,
        hashes: [],
      },
    ]);
  });

  it('gives every call its own answer, whatever the order of the results', async () => {
    script({});
    const recorder = await run(calls(40));
    expect(recorder.answers.get(hashOf('call 7'))).toBe('call 7');
    for (let index = 0; index < 40; index += 1) {
      expect(recorder.answers.get(hashOf(`call ${index}`))).toBe(`call ${index}`);
    }
    expect(recorder.outcomes.map(({ hash }) => hash)).not.toEqual(calls(40).map(({ hash }) => hash));
  });

  it('asks for nothing when there is nothing to do', async () => {
    await run([]);
    expect(server.requests).toEqual([]);
    expect(await documents()).toEqual([]);
  });

  it('notes what it is about to send before it sends it', async () => {
    let noted: unknown[] = [];
    script({
      onBatchCreated: async () => {
        noted = (await documents()).map(({ json }) => [json.batch_id, (json.hashes as string[]).length]);
        return undefined;
      },
    });
    await run(calls(3));
    expect(noted).toEqual([[null, 3]]);
  });

  it('parts what is too many or too large for one batch', async () => {
    script({});
    const many = calls(10_001);
    expectAllOnce(await run(many), many);
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([10_000, 1]);

    const long = 'x'.repeat(1024 * 1024);
    const large = Array.from({ length: 40 }, (_, index) =>
      call(`${index} ${long}`, { worstUsd: 1, maxTokens: 1e6 }),
    );
    expectAllOnce(await run(large), large);
    expect(server.batches.slice(2).map(({ requests }) => requests.length)).toEqual([32, 8]);
  });

  it('does without a call whose request cannot be had', async () => {
    script({});
    const unreadable = (error: LoadError | AccessError) => ({
      ...call(error.message),
      request: () => Promise.reject(error),
    });
    const lost = unreadable(new LoadError('expected an artifact, found none'));
    const later = unreadable(new AccessError('expected an answer, found 503', { passes: true }));
    const recorder = await run([lost, later, ...calls(2)]);
    const failed = recorder.outcomes.flatMap(({ outcome }) => ('reason' in outcome ? [outcome] : []));
    expect(failed.map(({ reason, transient }) => [reason, transient])).toEqual([
      ['unreadable', false],
      ['unreadable', true],
    ]);
    expect(recorder.answered).toBe(2);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('passes on what is no error of a call', async () => {
    const broken = { ...call('broken'), request: () => Promise.reject(new Error('a bug')) };
    await expect(run([broken])).rejects.toThrow('a bug');
  });
});

describe('what was sent by an earlier run', () => {
  it('is found when the answer to its creation never came', async () => {
    script({ batch: { durationMs: 300 }, onBatchCreated: () => 'withhold' });
    await interrupt(calls(5), () => server.batches.length === 1);
    expect((await documents()).map(({ json }) => json.batch_id)).toEqual([null]);
    script({ batch: { durationMs: 300 } });
    expectAllOnce(await run(calls(5)), calls(5));
    expect(server.batches).toHaveLength(1);
    expect((await documents()).map(({ json }) => json.collected)).toEqual([true]);
  });

  it('is found when it ended meanwhile, and the rest is sent', async () => {
    script({ onBatchCreated: () => 'withhold' });
    await interrupt(calls(5), () => server.batches[0]?.endedAt !== undefined);
    script({});
    expectAllOnce(await run(calls(8)), calls(8));
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([5, 3]);
  });

  it('is told apart from others of its size', async () => {
    script({ onBatchCreated: () => 'withhold', batch: { durationMs: (index) => 500 - 150 * index } });
    const [one, other] = [calls(6).slice(0, 3), calls(6).slice(3)];
    await interrupt(one, () => server.batches.length === 1);
    await interrupt(other, () => server.batches.length === 2);
    script({ batch: { durationMs: 100 } });
    await createForeign(['one', 'two', 'three']);
    const recorder = await run(calls(6));
    expectAllOnce(recorder, calls(6));
    expect(server.batches).toHaveLength(3);
  });

  it('is sent anew when it never arrived', async () => {
    script({ faults: (_, { method }) => (method === 'POST' ? 'stall' : undefined) });
    await interrupt(calls(4), () => server.posts('/v1/messages/batches').length === 1);
    script({});
    expectAllOnce(await run(calls(4)), calls(4));
    const states = (await documents()).map(({ json }) => [json.abandoned, json.collected]);
    expect(states).toEqual(
      expect.arrayContaining([
        [true, undefined],
        [undefined, true],
      ]),
    );
  });

  it.each(['under way', 'ended'])('is found when it turns up after it was given up: %s', async (state) => {
    script({ onBatchCreated: () => 'withhold', batch: { durationMs: Infinity } });
    await interrupt(calls(4), () => server.batches.length === 1);
    const isList = ({ method, path }: Received) => method === 'GET' && path === '/v1/messages/batches';
    script({
      instead: (received) => (isList(received) ? { body: { data: [], has_more: false } } : undefined),
      faults: (_, { method }) => (method === 'POST' ? { status: 401 } : undefined),
    });
    await expect(run(calls(4))).rejects.toThrow(RunError);
    script({});
    const [batch] = server.batches;
    if (batch && state === 'ended') await server.end(batch);
    const running = run(calls(4));
    await until(() => server.requests.some(({ path }) => path.includes(batch?.id ?? '')));
    if (batch) await server.end(batch);
    expectAllOnce(await running, calls(4));
    expect(server.batches).toHaveLength(1);
  });

  it('is attached to while it is under way', async () => {
    script({ batch: { durationMs: 400 } });
    const first = await interrupt(calls(5), () =>
      server.requests.some(({ path }) => path.includes('msgbatch')),
    );
    expect(first.outcomes).toEqual([]);
    expect(server.batches[0]?.cancelledAt).toBeUndefined();
    const second = await run(calls(7));
    expectAllOnce(second, calls(7));
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([5, 2]);
    expect(second.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('is found in the list when its document was deleted', async () => {
    script({});
    await run(calls(6));
    await deleteDocuments();
    await createForeign(['not-ours']);
    await until(() => server.batches.every(({ endedAt }) => endedAt));
    const recorder = await run(calls(4));
    expectAllOnce(recorder, calls(4));
    expect(server.batches).toHaveLength(2);
    expect(recorder.budget.spentUsd).toBeGreaterThan(0);

    // What it did not want then it finds when it does.
    expectAllOnce(await run(calls(6).slice(4)), calls(6).slice(4));
    expect(server.batches).toHaveLength(2);
  });

  it('is waited for when its document was deleted while it was under way', async () => {
    script({ batch: { durationMs: 300 } });
    await interrupt(calls(5), () => server.requests.some(({ path }) => path.includes('msgbatch')));
    await deleteDocuments();
    expectAllOnce(await run(calls(5)), calls(5));
    expect(server.batches).toHaveLength(1);
  });

  it("is not looked for twice in another program's batch", async () => {
    script({});
    await createForeign(['one', 'two']);
    await until(() => server.batches[0]?.endedAt !== undefined);
    expectAllOnce(await run(calls(1)), calls(1));
    const before = server.requests.length;
    await run(calls(2).slice(1));
    const id = server.batches[0]?.id ?? '';
    expect(server.requests.slice(0, before).some(({ path }) => path.includes(id))).toBe(true);
    expect(server.requests.slice(before).some(({ path }) => path.includes(id))).toBe(false);
  });

  it("does not wait for another program's batch", async () => {
    script({});
    await run(calls(1));
    script({ batch: { durationMs: Infinity } });
    await createForeign(['one', 'two']);
    script({});
    expectAllOnce(await run(calls(3).slice(1)), calls(3).slice(1));
  });

  it('costs one small read later, once it is collected', async () => {
    script({});
    await run(calls(3));
    const before = server.requests.length;
    await run(calls(4).slice(3));
    const asked = server.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(asked.filter((line) => line.includes(server.batches[0]?.id ?? ''))).toEqual([]);
  });

  it('is followed where it was sent last', async () => {
    script({ batch: { durationMs: 0, result: () => 'expired' } });
    await interrupt(calls(3), () => server.batches.length === 1);
    // As a process leaves it that died right after it had sent the expired ones again.
    await rewriteDocuments(() => ({
      batch_id: server.batches[0]?.id,
      hashes: calls(3).map(({ hash }) => hash),
      collected: false,
    }));
    const [document] = await documents();
    script({ batch: { durationMs: 300 } });
    const client = await createClient(server.environment);
    const requests = await Promise.all(
      calls(3).map(async ({ hash, request }) => ({
        custom_id: hash,
        params: (await request()) as MessageBody,
      })),
    );
    const { id } = await client.messages.batches.create({ requests });
    const later = { ...document?.json, batch_id: id, created_at: new Date().toISOString() };
    for (const name of ['0', 'z']) {
      await writeFile(join(folder, '_replay_batches', `${name}.json`), JSON.stringify(later));
    }
    const sent = server.batches.length;
    expectAllOnce(await run(calls(3)), calls(3));
    expect(server.batches).toHaveLength(sent);
  });

  it('is collected when the process that sent it notes its id meanwhile', async () => {
    script({ onBatchCreated: () => 'withhold', batch: { durationMs: 200 } });
    await interrupt(calls(3), () => server.batches.length === 1);
    const [batch] = server.batches;
    // Not to be recognised by its time.
    if (batch) batch.createdAt = new Date(Date.now() - 3_600_000);
    script({});
    const running = run(calls(3));
    await until(() => server.requests.filter(({ method }) => method === 'GET').length > 2);
    await rewriteDocuments(() => ({ batch_id: batch?.id }));
    expectAllOnce(await running, calls(3));
    expect(server.batches).toHaveLength(1);
  });

  it('is sent anew when the API knows it no more', async () => {
    script({});
    await interrupt(calls(3), () => server.batches.length === 1);
    server.batches.length = 0;
    server.paid.length = 0;
    await rewriteDocuments(() => ({ hashes: calls(3).map(({ hash }) => hash), collected: false }));
    expectAllOnce(await run(calls(3)), calls(3));
  });

  it('is taken over from a process that is still alive', async () => {
    script({ batch: { durationMs: 300 } });
    const both = await Promise.all([
      run(calls(5)),
      until(() => server.batches.length === 1).then(() => run(calls(5))),
    ]);
    for (const recorder of both) expectAllOnce(recorder, calls(5));
    expect(server.batches).toHaveLength(1);
  });
});

describe('results', () => {
  it('that expired or failed are asked for again', async () => {
    const verdicts = ['expired', 'canceled', 'errored', { errored: 'overloaded_error' }] as const;
    script({
      batch: {
        result: (customId, _, index) => {
          const place = calls(8).findIndex(({ hash }) => hash === customId);
          return (index === 0 ? verdicts[place] : undefined) ?? 'succeeded';
        },
      },
    });
    const recorder = await run(calls(8));
    expectAllOnce(recorder, calls(8));
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([8, 4]);
    expect(server.batches[1]?.requests.map(({ custom_id }) => custom_id)).toEqual(
      calls(4).map(({ hash }) => hash),
    );
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('that never come are given up after three batches', async () => {
    script({ batch: { result: (customId) => (customId === hashOf('call 1') ? 'expired' : 'succeeded') } });
    const recorder = await run(calls(3));
    expect(recorder.answered).toBe(2);
    expect(recorder.outcomes.at(-1)).toMatchObject({
      hash: hashOf('call 1'),
      outcome: { reason: 'batch_expired', transient: true },
    });
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([3, 1, 1]);
    expectPaidOnce();
  });

  it('that say the request is bad are final', async () => {
    script({});
    const bad = {
      ...call('bad'),
      request: async () => ({ ...(await call('bad').request()), top_k: 1 }) as never,
    };
    const recorder = await run([bad, ...calls(2)]);
    expect(recorder.outcomes.find(({ hash }) => hash === bad.hash)?.outcome).toMatchObject({
      reason: 'bad_request',
      error: expect.stringContaining('top_k'),
      transient: false,
    });
    expect(recorder.answered).toBe(2);
    expect(server.batches).toHaveLength(1);
  });

  it('that break off in the middle are read on', async () => {
    let cuts = 2;
    script({ faults: (_, { path }) => (path.endsWith('/results') && cuts-- > 0 ? 'cut' : undefined) });
    expectAllOnce(await run(calls(30)), calls(30));
    expect(cuts).toBeLessThan(0);
    expect(server.batches).toHaveLength(1);
  });

  it('end the run when the model does not exist, and are asked for again by the next', async () => {
    script({ models: [] });
    await expect(run(calls(3))).rejects.toThrow(
      /expected .* to answer, but it refused all 3 calls.* not_found_error: .*; check/,
    );
    script({});
    expectAllOnce(await run(calls(3)), calls(3));
  });

  it('end the run when every request is refused', async () => {
    script({ batch: { result: () => ({ errored: 'invalid_request_error' }) } });
    await expect(run(calls(6))).rejects.toThrow(RunError);
    script({});
    expectAllOnce(await run(calls(6)), calls(6));
  });
});

describe('the budget', () => {
  it('lets batches go as room is given back', async () => {
    script({ batch: { durationMs: 30 } });
    const recorder = await run(calls(10), { limitUsd: 4 * WORST_USD });
    expectAllOnce(recorder, calls(10));
    expect(server.batches[0]?.requests).toHaveLength(4);
    expect(server.batches.length).toBeGreaterThan(1);
    expect(recorder.budget.exhausted).toBe(false);
  });

  it('stops at the first call that does not fit, in order', async () => {
    script({ prices: { [MODEL]: { input: 40, output: 200 } } });
    const dear = new (class extends BatchRecorder {
      override cost(message: Message): number {
        return super.cost(message) * 40;
      }
    })({ limitUsd: 5 * WORST_USD });
    await (await transportOver(server, folder)).send(calls(30), dear);
    expect(dear.budget.exhausted).toBe(true);
    expect(server.paidUsd).toBeLessThanOrEqual(5 * WORST_USD);
    expect(server.paidUsd).toBeCloseTo(dear.budget.spentUsd, 12);
    const done = new Set(dear.outcomes.map(({ hash }) => hash));
    expect(calls(30).findIndex(({ hash }) => !done.has(hash))).toBe(done.size);
    expect(done.size).toBeGreaterThan(5);
    expect(done.size).toBeLessThan(30);

    script({});
    const rest = calls(30).filter(({ hash }) => !done.has(hash));
    expectAllOnce(await run(rest), rest);
  });

  it('counts what is under way already, even beyond its limit', async () => {
    script({ batch: { durationMs: 200 } });
    await interrupt(calls(6), () => server.requests.some(({ path }) => path.includes('msgbatch')));
    const recorder = await run(calls(8), { limitUsd: 2 * WORST_USD });
    expectAllOnce(recorder, calls(8));
    const [first, second] = server.batches;
    expect(second?.createdAt.getTime()).toBeGreaterThanOrEqual(first?.endedAt?.getTime() ?? Infinity);
  });

  it('is shared by two models at once', async () => {
    script({ batch: { durationMs: 50 } });
    const recorder = new BatchRecorder({ limitUsd: 4 * WORST_USD });
    const client = await transportOver(server, folder);
    const other = calls(8, { model: 'claude-other' }).map((one) => ({
      ...one,
      hash: hashOf(`${one.hash} other`),
    }));
    await Promise.all([client.send(calls(8), recorder), client.send(other, recorder)]);
    expectAllOnce(recorder, [...calls(8), ...other]);
    for (const { requests } of server.batches) {
      expect(new Set(requests.map(({ params }) => params.model)).size).toBe(1);
      expect(requests.length).toBeLessThanOrEqual(4);
    }
    expect(recorder.budget.exhausted).toBe(false);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });
});

describe('a model that is given up', () => {
  /** Runs two models over a budget for one; the first meets the fault. */
  async function two(fault: (received: Received, batchId: string | undefined) => Fault | undefined) {
    script({
      batch: { durationMs: 300 },
      faults: (_, received) => {
        const first = server.batches.find(({ requests }) => requests[0]?.params.model === MODEL);
        return fault(received, first?.id);
      },
    });
    const recorder = new BatchRecorder({ limitUsd: 4 * WORST_USD });
    const client = await transportOver(server, folder);
    const other = calls(4, { model: 'claude-other' }).map((one) => ({
      ...one,
      hash: hashOf(`${one.hash} o`),
    }));
    const sent = Promise.allSettled([client.send(calls(4), recorder)]);
    await until(() => server.posts('/v1/messages/batches').length > 0);
    await client.send(other, recorder);
    const [ended] = await sent;
    expect(ended).toMatchObject({ reason: expect.any(RunError) });
    return recorder;
  }

  it('leaves the budget to others where it was never sent', async () => {
    const isFirst = ({ method, body }: Received) => method === 'POST' && JSON.stringify(body).includes(MODEL);
    const recorder = await two((received) => (isFirst(received) ? { status: 401 } : undefined));
    expect(recorder.answered).toBe(4);
    expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd, 12);
  });

  it('is booked at its worst case where it was sent, and nobody waits for it', async () => {
    const recorder = await two(({ method, path }, id) =>
      method === 'GET' && id !== undefined && path.includes(id) ? { status: 401 } : undefined,
    );
    expect(recorder.outcomes).toEqual([]);
    expect(recorder.budget.exhausted).toBe(true);
    expect(recorder.budget.spentUsd).toBeCloseTo(4 * WORST_USD, 12);
  });
});

describe('faults', () => {
  it.each(['lost', 'garbled', 'page'] as const)('one batch although the answer was %s', async (fault) => {
    script({
      faults: once(fault, ({ method }) => method === 'POST'),
      batch: { durationMs: 700 },
    });
    expectAllOnce(await run(calls(5)), calls(5));
    expect(server.batches).toHaveLength(1);
  });

  it('one batch although the server said 500', async () => {
    script({
      onBatchCreated: ({ index }) => {
        if (index === 0) throw new Refusal(500, 'scripted');
        return undefined;
      },
    });
    expectAllOnce(await run(calls(5)), calls(5));
    expect(server.batches).toHaveLength(1);
  });

  it('creates again what was never created', async () => {
    const faults = [{ status: 529 }, { status: 429, headers: { 'retry-after': '3' } }, 'reset'] as const;
    let posts = 0;
    script({ faults: (_, { method }) => (method === 'POST' ? faults[posts++] : undefined) });
    expectAllOnce(await run(calls(5)), calls(5));
    expect(server.posts('/v1/messages/batches')).toHaveLength(4);
    const [, limited, next] = server.posts('/v1/messages/batches');
    expect((next?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
  });

  it.each(['reset', 'page', { status: 500 }] as const)(
    '%j for every first look is ridden out',
    async (fault) => {
      const met = new Set<string>();
      script({
        faults: (_, { method, path }) => {
          if (method !== 'GET' || met.has(path)) return undefined;
          met.add(path);
          return fault;
        },
      });
      expectAllOnce(await run(calls(5)), calls(5));
      expect(server.batches).toHaveLength(1);
    },
  );

  it('does not take a page of a gateway for an empty list', async () => {
    script({});
    await run(calls(3));
    await deleteDocuments();
    script({ faults: once('page', ({ path }) => path === '/v1/messages/batches') });
    expectAllOnce(await run(calls(3)), calls(3));
    expect(server.batches).toHaveLength(1);
  });

  it.each([401, 402])('%i on the first creation ends the run', async (status) => {
    script({ faults: (_, { method }) => (method === 'POST' ? { status } : undefined) });
    await expect(run(calls(3))).rejects.toThrow(/expected to create a batch of 3, found HTTP 4.*; \w+/);
    await expect(run(calls(3))).rejects.toThrow(RunError);
    expect((await documents()).map(({ json }) => json.abandoned)).toEqual([true, true]);
    script({});
    expectAllOnce(await run(calls(3)), calls(3));
  });

  it.each([400, 403, 404, 413])('%i on every creation ends the run, after a few tries', async (status) => {
    script({ faults: (_, { method }) => (method === 'POST' ? { status } : undefined) });
    await expect(run(calls(500), { known: status === 413 ? 1 : 0 })).rejects.toThrow(RunError);
    expect(server.posts('/v1/messages/batches').length).toBeLessThan(70);
    script({});
    expectAllOnce(await run(calls(500)), calls(500));
  });

  it.each([400, 403, 404, 413])('%i for one request of a batch costs that call', async (status) => {
    const isStruck = ({ body }: Received) => JSON.stringify(body ?? '').includes('"call 7"');
    script({ faults: (_, received) => (isStruck(received) ? { status } : undefined) });
    const recorder = await run(calls(20));
    expect(recorder.answered).toBe(19);
    expect(recorder.reasons).toHaveLength(1);
    expect(recorder.outcomes.find(({ outcome }) => 'reason' in outcome)?.hash).toBe(hashOf('call 7'));
    expectPaidOnce();
  });

  it('pages through a long list', async () => {
    script({});
    await run(calls(3));
    await deleteDocuments();
    for (let index = 0; index < 120; index += 1) await createForeign([`foreign-${index}`]);
    expectAllOnce(await run(calls(3)), calls(3));
    expect(server.batches).toHaveLength(121);
  });
});

describe('interruption', () => {
  it('ends a wait at once and leaves the batch alone', async () => {
    script({ batch: { durationMs: Infinity } });
    const controller = new AbortController();
    const recorder = new BatchRecorder({ signal: controller.signal });
    const running = (
      await transportOver(server, folder, { firstPollMs: 60_000, longestPollMs: 60_000 })
    ).send(calls(3), recorder);
    await until(() => server.requests.filter(({ path }) => path.includes('msgbatch')).length === 1);
    const at = performance.now();
    controller.abort(new Error('stopped'));
    await running;
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(recorder.outcomes).toEqual([]);
    expect(server.batches[0]?.cancelledAt).toBeUndefined();
  });

  it('in the middle of the results keeps what was taken in, and the next run takes the rest', async () => {
    script({});
    const controller = new AbortController();
    const taken: string[] = [];
    const recorder = new (class extends BatchRecorder {
      override async completed(...[done, outcome]: Parameters<Recorder['completed']>) {
        await sleep(20);
        await super.completed(done, outcome);
        taken.push(done.hash);
        controller.abort(new Error('stopped'));
      }
    })({ signal: controller.signal });
    await (await transportOver(server, folder)).send(calls(100), recorder);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(100);
    const rest = calls(100).filter(({ hash }) => !taken.includes(hash));
    expectAllOnce(await run(rest), rest);
    expect(server.batches).toHaveLength(1);
  });

  it('does nothing at all when it came before', async () => {
    await run(calls(3), { signal: AbortSignal.abort(new Error('stopped')) });
    expect(server.requests).toEqual([]);
  });

  it('ends a wait for the budget', async () => {
    script({ batch: { durationMs: Infinity } });
    const controller = new AbortController();
    const recorder = new BatchRecorder({ signal: controller.signal, limitUsd: 3 * WORST_USD });
    const held = recorder.budget.reserveCommitted(3 * WORST_USD);
    const running = (await transportOver(server, folder)).send(calls(3), recorder);
    await until(() => server.requests.length > 0);
    await sleep(100);
    controller.abort(new Error('stopped'));
    await running;
    held.settle(0);
    expect(server.batches).toEqual([]);
  });
});
