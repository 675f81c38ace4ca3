import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { BatchesTransport } from '../../src/model/anthropic/batches/transport.ts';
import { createClient } from '../../src/model/anthropic/wire.ts';
import { sha256 } from '../../src/model/prompt.ts';
import { TransientError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { type Received, startAnthropic } from '../servers/anthropic.ts';
import { transportOver } from './anthropic/batches/batches.ts';
import { callsOf, Recorder } from './calls.ts';

// Eight tries take more than a minute otherwise.
vi.mock('../../src/model/failure.ts', async (original) => ({
  ...(await original<typeof import('../../src/model/failure.ts')>()),
  retryDelay: () => 1,
}));

it.each([
  ['down', true],
  ['answering 503', false],
] as const)('a service that is %s ends the run', async (_, isDown) => {
  const folder = await mkdtemp(join(tmpdir(), 'batches-'));
  const server = await startAnthropic({ faults: () => ({ status: 503 }) });
  const client = await createClient(server.environment);
  if (isDown) await server.close();
  const transport = new BatchesTransport({
    client,
    store: openStore(pathToFileURL(folder).href),
    runId: '2605160900',
  });
  const running = transport.send(callsOf(3), new Recorder());
  await expect(running).rejects.toThrow(TransientError);
  await expect(running).rejects.toThrow(/expected to list the batches, found .* in 8 tries; run the same/);
  expect(server.requests.length).toBe(isDown ? 0 : 8);
  if (!isDown) await server.close();
  await rm(folder, { recursive: true });
});

const BROKEN: [string, { status?: number; body: unknown }][] = [
  ['null', { body: 'null' }],
  ['a page', { body: '<html>' }],
  ['500', { status: 500, body: {} }],
  ['529', { status: 529, body: {} }],
];

/** Calls in batches, to a service that gives this answer to the creations that `isMet` picks by their text. */
async function runBroken(answer: (typeof BROKEN)[0][1], isMet: (text: string) => boolean, count = 10) {
  const server = await startAnthropic({
    answer: () => 'x',
    batch: { durationMs: 0 },
    instead: ({ method, body }: Received) =>
      method === 'POST' && isMet(JSON.stringify(body)) ? answer : undefined,
  });
  const folder = await mkdtemp(join(tmpdir(), 'batches-'));
  const transport = await transportOver(server, folder, { firstPollMs: 1, longestPollMs: 1 });
  const recorder = new Recorder({ limitUsd: 1 });
  const calls = callsOf(count).map((call) => ({ ...call, hash: sha256(call.hash) }));
  const error: unknown = await transport.send(calls, recorder).catch((cause) => cause);
  await server.close();
  await rm(folder, { recursive: true });
  return { server, recorder, error };
}

it.each(BROKEN)('one call whose creation is answered with %s for ever costs one call', async (_, answer) => {
  const { server, recorder, error } = await runBroken(answer, (text) => text.includes('"call 7"'));
  expect(error).toBeUndefined();
  expect(recorder.answered).toBe(9);
  expect(recorder.outcomes).toHaveLength(10);
  expect(recorder.reasons).toHaveLength(1);
  expect(server.paid).toHaveLength(9);
  expect(recorder.budget.spentUsd).toBeCloseTo(server.paidUsd);
});

it.each([...BROKEN, ['429', { status: 429, body: {} }] as const])(
  'creations that are all answered with %s for ever end the run, and nothing is paid',
  async (_, answer) => {
    const { server, recorder, error } = await runBroken(answer, () => true, 40);
    expect(error).toBeInstanceOf(TransientError);
    expect(server.paid).toEqual([]);
    expect(recorder.budget.spentUsd).toBe(0);
    expect(server.posts('/v1/messages/batches').length).toBeLessThan(100);
  },
);
