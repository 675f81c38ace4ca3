import { expect, it, onTestFinished, vi } from 'vitest';
import { windowOf } from '../../../src/corpus/window.ts';
import type { WorkerPool } from '../../../src/pool/pool.ts';
import type { Slice } from '../../../src/pool/slices.ts';
import { listSlices } from '../../../src/replay/ingest/read-artifacts.ts';
import type { Run } from '../../../src/replay/ingest/run.ts';
import type { WindowSettings } from '../../../src/settings/settings.ts';
import { readSettings } from '../../../src/settings/settings.ts';
import { createLogger } from '../../../src/shared/log.ts';
import { loggedProgress } from '../../../src/shared/progress.ts';
import { startS3Server } from '../../servers/s3/server.ts';

const KEYS = [
  'in/2026/07/11/ic_cio/b.json',
  'in/2026/07/11/macro_economist/a.json',
  'in/2026/07/10/ic_cio/a.json',
];

/** Lists three artifacts, the older day a while after the newer one. */
async function listing(env: NodeJS.ProcessEnv = {}) {
  const server = await startS3Server({
    objects: Object.fromEntries(KEYS.map((key) => [key, '{}'])),
    faults: [{ does: { delay: 300 }, on: ({ query }) => query.get('prefix') === 'in/2026/07/10/' }],
  });
  onTestFinished(() => server.close());
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const now = new Date('2026-07-11T09:00:00Z');
  const args = ['counterfactual', '--corpus', 's3://bucket/in', '--out', 's3://bucket/out'];
  const log = createLogger({ write: () => {} });
  const run = {
    settings: readSettings(args, env, now) as WindowSettings,
    window: windowOf(now, 2),
    log,
    progress: loggedProgress(log),
    signal: new AbortController().signal,
  } as Run<WindowSettings>;
  const recalled: string[] = [];
  const pool = {
    recall: async (_: string, slices: readonly Slice[]) => {
      recalled.push(...slices.map(({ name }) => name.slice(0, name.lastIndexOf('/'))));
      return slices.map(() => 'missing');
    },
  } as Partial<WorkerPool> as WorkerPool;
  const listed = listSlices(run, pool, 'rows-captured', ({ agentId }) => agentId === 'ic_cio');
  return { listed, recalled, ended: () => run.progress.steps.length > 0 };
}

it('asks for what is kept of a day while others are listed, and of what is read only', async () => {
  const { listed, recalled, ended } = await listing();
  await vi.waitFor(() => expect(recalled).toEqual(['2026-07-11/ic_cio']), { interval: 5 });
  expect(ended()).toBe(false);
  const { listing: whole, slices, recalls } = await listed;
  expect(recalled).toEqual(['2026-07-11/ic_cio', '2026-07-10/ic_cio']);
  expect(whole.entries).toHaveLength(3);
  expect(slices.map(({ entries }) => entries)).toEqual([[0], [1]]);
  expect(recalls.map((one) => one.slices)).toEqual(slices.map((slice) => [slice]));
});

it.each([
  ['without a cache', { NO_CACHE: 'true' }],
  ['of an array, which reads a part', { AWS_BATCH_JOB_ARRAY_INDEX: '0', ARRAY_SIZE: '2' }],
])('asks for nothing %s', async (_, env) => {
  const { listed, recalled } = await listing(env);
  expect((await listed).slices).toHaveLength(2);
  expect(recalled).toEqual([]);
});
