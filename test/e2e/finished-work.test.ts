import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { copyOf, fixtureRun } from './fixture-run.ts';
import {
  FIXTURE_ARGS,
  FIXTURES,
  FIXTURES_END,
  type Finished,
  filesUnder,
  RECORDED,
  type RunOptions,
  run,
  temporaryFolder,
} from './program.ts';

const JOBS = ['counterfactual', 'concordance'] as const;
type Job = (typeof JOBS)[number];

function start(
  job: Job,
  out: string,
  more: readonly string[] = [],
  options: RunOptions = {},
  corpus: readonly string[] = FIXTURE_ARGS,
): Promise<Finished> {
  const recorded = job === 'concordance' ? RECORDED : [];
  return run([job, ...corpus, ...recorded, '--out', pathToFileURL(out).href, ...more], options);
}

/** Every published file, without when and how long, and without what the run itself had to do for it. */
async function published(out: string): Promise<Record<string, string>> {
  const files = (await filesUnder(out)).filter((file) => /^_(counterfactual|replay_summary)/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(out, file), 'utf8')));
  return Object.fromEntries(
    files.map((file, index) => [
      file,
      (texts[index] as string)
        .replace(/"computed_at": "[^"]*"/g, '')
        .replace(/"cache": \{[^}]*\}/, '')
        .replace(/"cost": \{[^}]*\}/, ''),
    ]),
  );
}

/** How many slices came from shards and how many did not, as the log has it. */
function slices({ stderr }: Finished): { slices: number; from_shards: number; read: number } {
  return JSON.parse(stderr.split('\n').find((line) => line.includes('"slices":')) ?? '{}');
}

function partition(index: number, size: number): RunOptions {
  return { env: { AWS_BATCH_JOB_ARRAY_INDEX: String(index), ARRAY_SIZE: String(size) } };
}

beforeAll(async () => {
  await Promise.all(JOBS.map(fixtureRun));
});

test.each(JOBS)('%s: a second run reads no artifact, and publishes the same', async (job) => {
  const cold = await fixtureRun(job);
  const first = await published(cold.out);
  expect(slices(cold)).toMatchObject({ from_shards: 0, read: slices(cold).slices });
  const { path } = await copyOf(cold);
  const warm = await start(job, path);
  expect(slices(warm)).toMatchObject({ from_shards: slices(cold).read, read: 0 });
  expect(await published(path)).toEqual(first);
  if (job === 'concordance') {
    const none = await start(job, path, ['--no-cache']);
    expect(slices(none)).toMatchObject({ from_shards: 0, read: slices(cold).read });
  } else {
    // Every fit of all agents would take long.
    const none = await start(job, path, ['--no-cache', '--agents', 'macro_economist']);
    expect(slices(none)).toMatchObject({ from_shards: 0, read: slices(none).slices });
  }
  expect(await published(path)).toEqual(first);
});

test.each(JOBS)(
  '%s: what is overwritten, added or deleted costs its own slice, and nothing else changes',
  async (job) => {
    const { path } = await temporaryFolder();
    const corpus = join(path, 'corpus');
    await cp(fileURLToPath(FIXTURES), corpus, { recursive: true });
    const args = ['--corpus', pathToFileURL(corpus).href, '--end-time-iso', FIXTURES_END];
    const agents = ['--agents', 'thinktank_thesis,macro_economist,executor:risk_guard'];
    const startOver = (out: string) => start(job, join(path, out), agents, {}, args);
    const cold = await startOver('out');
    const overwritten = join(corpus, '2026/07/09/thinktank_thesis');
    const [name] = await filesUnder(overwritten);
    const thesis = join(overwritten, name as string);
    const json = JSON.parse(await readFile(thesis, 'utf8'));
    json.agent_output.thesis.rating = 1;
    await writeFile(thesis, JSON.stringify(json));
    await rm(join(corpus, '2026/07/11/macro_economist'), { recursive: true });
    await writeFile(join(corpus, '2026/07/08/thinktank_thesis/late.json'), JSON.stringify(json));
    const changed = await startOver('out');
    expect(slices(changed).read).toBe(2);
    expect(slices(changed).from_shards).toBe(slices(cold).read - 3);
    await startOver('fresh');
    expect(await published(join(path, 'out'))).toEqual(await published(join(path, 'fresh')));
  },
);

test('a spoilt shard is built anew, and that is said once', async () => {
  const whole = await fixtureRun('counterfactual');
  const { path } = await copyOf(whole);
  const shards = (await filesUnder(path)).filter((file) => file.includes('/rows-captured/'));
  await writeFile(join(path, shards[0] as string), '');
  await writeFile(join(path, shards[1] as string), await readFile(join(path, shards[2] as string)));
  const mended = await start('counterfactual', path);
  expect(slices(mended).read).toBe(2);
  expect(mended.stderr.match(/2 shards could not be used and were built anew/g)).toHaveLength(1);
  expect(await published(path)).toEqual(await published(whole.out));
});

test.each(JOBS)(
  '%s: the jobs of an array and the one that folds them publish what one job does',
  async (job) => {
    const whole = await fixtureRun(job);
    // Of three the first never runs and the last runs only when all is done; of two each runs, one of them twice.
    for (const { size, children } of [
      { size: 2, children: [0, 1, 1] },
      { size: 3, children: [1] },
    ]) {
      const { path } = await copyOf(whole, 'fits');
      const runChild = async (index: number) => {
        const { code, envelope } = await start(job, path, [], partition(index, size));
        expect([code, envelope.status, envelope.summary.share]).toEqual([0, 'OK', { index, size }]);
        expect(envelope.result_uri).toContain(`/${job}.${index}.json`);
      };
      await Promise.all(children.map(runChild));
      expect(await published(path)).toEqual({});
      const fold = await start(job, path, [], { env: { ARRAY_SIZE: String(size) } });
      expect(fold.envelope.status).toBe('OK');
      expect(await published(path)).toEqual(await published(whole.out));
      if (size === 2) expect(slices(fold).read).toBe(0);
      await runChild(size - 1);
      expect(await published(path)).toEqual(await published(whole.out));
    }
  },
);

test('an array index without its size, or beyond it, is refused', async () => {
  const { path } = await temporaryFolder();
  for (const options of [{ env: { AWS_BATCH_JOB_ARRAY_INDEX: '0' } }, partition(3, 3)]) {
    const { code, envelope } = await start('counterfactual', path, [], options);
    expect([code, envelope.error]).toEqual([2, expect.stringContaining('ARRAY_SIZE')]);
  }
});

test('killed again and again, each attempt gets further, until one ends as an undisturbed run does', async () => {
  const whole = await fixtureRun('counterfactual');
  const { path } = await temporaryFolder();
  const kept = async () =>
    (await filesUnder(path)).filter((file) => /^_replay_shards.*gz$/.test(file)).length;
  const all = (await filesUnder(whole.out)).filter((file) => /^_replay_shards/.test(file)).length;
  // The last of them has read everything, and is killed between two fits.
  for (const [signal, goal] of [
    ['SIGKILL', all / 4],
    ['SIGTERM', all / 2],
    ['SIGKILL', all - 6],
  ] as const) {
    const enough = Math.max(goal, (await kept()) + 5);
    const { code } = await start('counterfactual', path, [], {
      onStart: async (child) => {
        while ((await kept()) < enough) await sleep(10);
        child.kill(signal);
      },
    });
    expect([signal, code]).toEqual([signal, signal === 'SIGKILL' ? null : 143]);
    expect(await kept()).toBeGreaterThanOrEqual(enough);
  }
  const last = await start('counterfactual', path);
  expect([last.code, last.envelope.status, slices(last).read]).toEqual([0, 'OK', 0]);
  expect(await published(path)).toEqual(await published(whole.out));
});
