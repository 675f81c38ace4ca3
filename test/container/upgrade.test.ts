import { cp, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { FIXTURE_ARGS, readJson, run, temporaryFolder } from '../e2e/program.ts';
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
