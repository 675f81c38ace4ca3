import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type AnthropicOptions,
  type AnthropicServer,
  type Fault,
  startAnthropic,
} from '../servers/anthropic.ts';
import { type Captured, captures, corpusOf, ofFamily, originalModel, rendered } from './model.ts';
import { type Finished, filesUnder, type Json, readJson, run, temporaryFolder } from './program.ts';
import { WIRES } from './replaying.ts';

const SUMMARY = '_replay_summary/2607110900_claude-haiku-4-5.json';
const [ANTHROPIC, OPENAI] = WIRES as [(typeof WIRES)[number], (typeof WIRES)[number]];

async function serve(options: AnthropicOptions): Promise<AnthropicServer> {
  const server = await startAnthropic(options);
  onTestFinished(() => server.close());
  return server;
}

async function job(server: AnthropicServer, corpus: readonly string[], ...options: string[]) {
  const out = await temporaryFolder();
  return {
    run: (onStart?: (child: ChildProcess) => void): Promise<Finished> =>
      run(['concordance', ...corpus, '--out', out.uri, ...options], {
        env: server.environment,
        ...(onStart && { onStart }),
      }),
    summary: (key = SUMMARY): Promise<Json> => readJson(out.path, key),
    result: (): Promise<Json> => readJson(out.path, '_replay_runs/2607110900/concordance.json'),
    paidHashes: async (): Promise<string[]> => {
      const files = (await filesUnder(out.path)).filter((file) => file.startsWith('_cost_raw/'));
      const texts = await Promise.all(files.map((file) => readFile(join(out.path, file), 'utf8')));
      return texts
        .flatMap((text) => text.split('\n').filter(Boolean))
        .map((line) => JSON.parse(line).call_hash);
    },
  };
}

/** A summary without what a rerun may change: time, and what was paid by which run. */
function lasting({ cost, cache, computed_at, per_agent, ...summary }: Json): Json {
  const lines = per_agent.map(({ latency_ms_p50, ...line }: Json) => line);
  return { ...summary, per_agent: lines };
}

function disagreeing(all: readonly Captured[]) {
  return originalModel(all, (answer, { key, family }) =>
    family === 'thinktank_thesis' ? { ...answer, rating: key.length % 50 } : answer,
  );
}

const CORPUS = rendered(ofFamily(captures(), 'ic_cio', 'thinktank_thesis', 'thinktank_theme'));

test.each([
  { signal: 'SIGKILL', ...ANTHROPIC },
  { signal: 'SIGTERM', ...ANTHROPIC },
  { signal: 'SIGINT', ...ANTHROPIC },
  { signal: 'SIGKILL', ...OPENAI },
] as const)(
  'three times ended by $signal midway, reruns end as one uninterrupted run does: $model',
  async ({ signal, target, key }) => {
    const corpus = [...(await corpusOf(CORPUS)), ...target];
    const calm = await serve({ answer: disagreeing(CORPUS) });
    const undisturbed = await job(calm, corpus);
    await undisturbed.run();

    let child: ChildProcess | undefined;
    let killAt = 0;
    const server = await serve({
      answer: disagreeing(CORPUS),
      latencyMs: 20,
      onMessage: () => {
        if (server.paid.length === killAt) child?.kill(signal);
        return undefined;
      },
    });
    const disturbed = await job(server, corpus);
    for (const kill of [1, 2, 3]) {
      killAt = server.paid.length + 10;
      const { code, envelope } = await disturbed.run((started) => {
        child = started;
      });
      if (signal === 'SIGKILL') {
        expect(code).toBe(null);
      } else {
        expect([kill, code, envelope.status]).toEqual([
          kill,
          signal === 'SIGTERM' ? 143 : 130,
          'INTERRUPTED',
        ]);
        expect(await disturbed.result()).toMatchObject({ status: 'INTERRUPTED' });
      }
    }
    killAt = -1;
    const { envelope } = await disturbed.run();
    expect(envelope.status).toBe('OK');
    expect(lasting(await disturbed.summary(key))).toEqual(lasting(await undisturbed.summary(key)));

    const distinct = server.paidByBody().size;
    expect(distinct).toBe(calm.paid.length);
    const hashes = await disturbed.paidHashes();
    expect(new Set(hashes).size).toBe(hashes.length);
    if (signal === 'SIGKILL') {
      // What was on the wire when the process died was paid and lost.
      expect(server.paid.length - distinct).toBeLessThanOrEqual(3 * 32);
      expect(hashes).toHaveLength(distinct);
    } else {
      expect(server.paid).toHaveLength(distinct);
      expect(hashes).toHaveLength(distinct);
    }
  },
);

test('a call that takes a minute does not hold up the end, and no new one begins', async () => {
  let child: ChildProcess | undefined;
  let stoppedAt = Number.POSITIVE_INFINITY;
  const server = await serve({ answer: originalModel(CORPUS), latencyMs: 60_000 });
  const { run } = await job(server, await corpusOf(CORPUS));
  const running = run((started) => {
    child = started;
  });
  while (server.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
  child?.kill('SIGTERM');
  stoppedAt = Date.now();
  const { code } = await running;
  expect(code).toBe(143);
  expect(Date.now() - stoppedAt).toBeLessThan(15_000);
  expect(server.requests.filter(({ at }) => at > stoppedAt + 1_500)).toEqual([]);
});

test.each(WIRES)(
  'of faulty calls every candidate is accounted for once, and nothing is paid twice in vain: $model',
  async ({ target, key }) => {
    const faults: readonly Fault[] = [
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 529 },
      { status: 500 },
      { status: 503 },
      'reset',
      'cut',
      'garbled',
    ];
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const server = await serve({
      answer: originalModel(CORPUS),
      faults: () => (random() < 0.3 ? faults[Math.floor(random() * faults.length)] : undefined),
    });
    const { run, summary, paidHashes } = await job(server, await corpusOf(CORPUS), ...target);
    const { envelope } = await run();
    const written = await summary(key);
    const scored = written.per_agent.reduce((sum: number, { n }: Json) => sum + n, 0);
    const skipped = Object.values<number>(written.replay_skips).reduce((sum, count) => sum + count, 0);
    expect(scored + skipped + written.replay_failures.length).toBe(written.n_artifacts_candidate);
    expect(written.replay_failures).toEqual([]);
    expect(envelope.status).toBe('OK');
    expect(await paidHashes()).toHaveLength(server.paid.filter(({ lost }) => !lost).length);
    const tries = new Map<string, number>();
    for (const { body } of server.requests) {
      const text = JSON.stringify(body);
      tries.set(text, (tries.get(text) ?? 0) + 1);
    }
    expect(Math.max(...tries.values())).toBeLessThanOrEqual(8);
  },
);

test('a service that is not there is an error that may pass', async () => {
  const corpus = await corpusOf(CORPUS.slice(0, 3));
  const out = await temporaryFolder();
  const env = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_API_KEY: 'test' };
  const { code, envelope } = await run(['concordance', ...corpus, '--out', out.uri], { env });
  expect([code, envelope.status]).toEqual([75, 'ERROR']);
}, 180_000);

test('a batch is paid once though the program is killed as it is created, and again as it waits', async () => {
  let child: ChildProcess | undefined;
  let withheld = 0;
  const server = await serve({
    answer: disagreeing(CORPUS),
    batch: { durationMs: 3_000 },
    onBatchCreated: () => {
      withheld += 1;
      if (withheld > 1) return undefined;
      child?.kill('SIGKILL');
      return 'withhold';
    },
  });
  const corpus = await corpusOf(CORPUS);
  const { run, summary, paidHashes } = await job(server, corpus, '--transport', 'batches');
  expect((await run((started) => (child = started))).code).toBe(null);
  const interrupted = await run((started) => setTimeout(() => started.kill('SIGTERM'), 1_500));
  expect([interrupted.code, interrupted.envelope.status]).toEqual([143, 'INTERRUPTED']);
  const { envelope } = await run();
  expect(envelope.status).toBe('OK');
  expect(server.batches).toHaveLength(1);
  expect(Math.max(...server.paidByBody().values())).toBe(1);
  expect(await paidHashes()).toHaveLength(server.paid.length);
  expect(envelope.summary.cost.usd).toBeCloseTo(server.paidUsd, 9);

  const undisturbed = await job(await serve({ answer: disagreeing(CORPUS) }), corpus);
  await undisturbed.run();
  const { transport, ...batched } = lasting(await summary());
  const { transport: _, ...expected } = lasting(await undisturbed.summary());
  const unpriced = (one: Json) => ({
    ...one,
    per_agent: one.per_agent.map(({ replay_usd, ...line }: Json) => line),
  });
  expect(unpriced(batched)).toEqual(unpriced(expected));
  expect((await run()).envelope.summary.cache.misses).toBe(0);
});

test('two runs at once keep one answer a call, and a cost row for every call that was paid', async () => {
  const server = await serve({ answer: disagreeing(CORPUS), latencyMs: 10 });
  const { run, summary, paidHashes } = await job(server, await corpusOf(CORPUS));
  const both = await Promise.all([run(), run()]);
  expect(both.map(({ envelope }) => envelope.status)).toEqual(['OK', 'OK']);
  expect(await paidHashes()).toHaveLength(server.paid.length);
  const written = lasting(await summary());
  const third = await run();
  expect(third.envelope.summary.cache.misses).toBe(0);
  expect(lasting(await summary())).toEqual(written);
});
