import { cp, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { FIXTURE_ARGS, readJson, run, temporaryFolder, writeObjects } from '../e2e/program.ts';
import { startAnthropic } from '../servers/anthropic.ts';

/** What 0.1.0 left of two jobs over macro_economist in the fixtures: two calls, paid for, with run key `first`. */
const OLD = fileURLToPath(new URL('files-0.1.0', import.meta.url));
const ARGS = [...FIXTURE_ARGS, '--agents', 'macro_economist', '--window-days', '21'];
const SUMMARY = '_replay_summary/latest.json';

it('reads calls that 0.1.0 paid for, passes over its shards, and leaves its results', async () => {
  const { path, uri } = await temporaryFolder();
  await cp(OLD, path, { recursive: true });
  const server = await startAnthropic({ answer: originalModel(ofFamily(captures(), 'macro_economist')) });
  const env = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url, RUN_KEY: 'second' };
  const start = (...args: string[]) => run([...args, '--out', uri], { env });
  try {
    const { envelope } = await start('concordance', ...ARGS, '--max-artifacts', '3');
    expect(envelope.status).toBe('OK');
    expect(envelope.summary.cache).toEqual({ hits: 2, misses: 0 });
    expect((await start('counterfactual', ...ARGS)).envelope.status).toBe('OK');
    expect((await start('report', '--run-key', 'first')).code).toBe(0);
    expect(server.paid).toEqual([]);
  } finally {
    await server.close();
  }
  const [old] = await readdir(`${OLD}/_replay_shards`);
  const versions = await readdir(`${path}/_replay_shards`);
  expect(versions).toHaveLength(2);
  expect(versions).toContain(old);
  expect((await readJson(path, SUMMARY)).computed_at).not.toBe((await readJson(OLD, SUMMARY)).computed_at);
  for (const job of ['concordance', 'counterfactual']) {
    const key = `_replay_runs/first/${job}.json`;
    expect(await readJson(path, key)).toEqual(await readJson(OLD, key));
  }
});

it.each([
  ['whose id it knew', 'cf842c5a-5638-4dd9-8278-32e0e6b5a21a', /2 calls are in msgbatch_/],
  [
    'killed before its id was there',
    'f9f776cc-968e-4105-a4f3-779732c443ef',
    /calls are in a batch to be looked for/,
  ],
])('collects a batch that 0.1.0 left under way, %s', async (_, name, says) => {
  const answer = originalModel(ofFamily(captures(), 'macro_economist'));
  const server = await startAnthropic({ answer, batch: { durationMs: 0 } });
  const start = async (out: string) => {
    const args = [
      ...ARGS,
      '--max-artifacts',
      '3',
      '--transport',
      'batches',
      '--metrics',
      'none',
      '--out',
      out,
    ];
    const { code, envelope, stderr } = await run(['concordance', ...args], { env: server.environment });
    expect([code, envelope.status]).toEqual([0, 'OK']);
    return { envelope, stderr };
  };
  try {
    // The batch that 0.1.0 sent: it hashed the same calls, as the second run shows.
    await start((await temporaryFolder()).uri);
    const [batch] = server.batches;
    const key = `_replay_batches/${name}.json`;
    const document = await readJson(
      fileURLToPath(new URL('..', import.meta.url)),
      `container/batches-0.1.0/${name}.json`,
    );
    const { path, uri } = await temporaryFolder();
    const batch_id = document.batch_id && batch?.id;
    await writeObjects(path, {
      [key]: JSON.stringify({ ...document, batch_id, created_at: batch?.createdAt }),
    });
    const { envelope, stderr } = await start(uri);
    expect(stderr).toMatch(says);
    expect(envelope.summary.n_artifacts_replayed).toBe(2);
    expect(server.batches).toHaveLength(1);
    expect(server.paid).toHaveLength(2);
    expect(await readJson(path, key)).toMatchObject({ batch_id: batch?.id, collected: true, hashes: [] });
  } finally {
    await server.close();
  }
});
