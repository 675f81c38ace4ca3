import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateCorpus } from '../../scripts/corpus/generate.ts';
import { writeCorpus } from '../../scripts/corpus/write.ts';
import { FIXTURES, FIXTURES_END, type Finished, filesUnder, run, temporaryFolder } from './program.ts';

const RECORDED = [
  '--transport',
  'recorded',
  '--recordings',
  fileURLToPath(new URL('../../fixtures/recordings', import.meta.url)),
];
const JOBS = ['counterfactual', 'concordance'] as const;
type Job = (typeof JOBS)[number];

interface Place {
  readonly corpus: string;
  readonly out: string;
}

function start(
  job: Job,
  { corpus, out }: Place,
  env: NodeJS.ProcessEnv = {},
  ...more: string[]
): Promise<Finished> {
  const uris = ['--corpus', `file://${corpus}`, '--out', `file://${out}`, '--end-time-iso', FIXTURES_END];
  return run([job, ...uris, ...(job === 'concordance' ? RECORDED : []), ...more], { env });
}

/** A copy of the fixtures, and an empty out. */
async function place(): Promise<Place> {
  const { path } = await temporaryFolder();
  await cp(fileURLToPath(FIXTURES), join(path, 'corpus'), { recursive: true });
  return { corpus: join(path, 'corpus'), out: join(path, 'out') };
}

async function emptyOut({ corpus }: Place): Promise<Place> {
  return { corpus, out: (await temporaryFolder()).path };
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

function share(index: number, size: number): NodeJS.ProcessEnv {
  return { AWS_BATCH_JOB_ARRAY_INDEX: String(index), ARRAY_SIZE: String(size) };
}

test.each(JOBS)('%s: a second run reads no artifact, and publishes the same', async (job) => {
  const one = await place();
  const cold = await start(job, one);
  const first = await published(one.out);
  expect(slices(cold)).toMatchObject({ from_shards: 0, read: slices(cold).slices });
  const warm = await start(job, one);
  expect(slices(warm)).toMatchObject({ from_shards: slices(cold).read, read: 0 });
  expect(await published(one.out)).toEqual(first);
  const none = await start(job, one, {}, '--no-cache');
  expect(slices(none)).toMatchObject({ from_shards: 0, read: slices(cold).read });
  expect(await published(one.out)).toEqual(first);
});

test.each(JOBS)(
  '%s: what is overwritten, added or deleted costs its own slice, and nothing else changes',
  async (job) => {
    const one = await place();
    const cold = await start(job, one);
    const overwritten = join(one.corpus, '2026/07/09/thinktank_thesis');
    const [name] = await filesUnder(overwritten);
    const thesis = join(overwritten, name as string);
    const json = JSON.parse(await readFile(thesis, 'utf8'));
    json.agent_output.thesis.rating = 1;
    await writeFile(thesis, JSON.stringify(json));
    await rm(join(one.corpus, '2026/07/11/macro_economist'), { recursive: true });
    await writeFile(join(one.corpus, '2026/07/08/thinktank_thesis/late.json'), JSON.stringify(json));
    const changed = await start(job, one);
    expect(slices(changed).read).toBe(2);
    expect(slices(changed).from_shards).toBe(slices(cold).read - 3);
    const fresh = await emptyOut(one);
    await start(job, fresh);
    expect(await published(one.out)).toEqual(await published(fresh.out));
  },
);

test('a spoilt shard is built anew, and that is said once', async () => {
  const one = await place();
  await start('counterfactual', one);
  const first = await published(one.out);
  const shards = (await filesUnder(one.out)).filter((file) => file.includes('/rows-captured/'));
  await writeFile(join(one.out, shards[0] as string), '');
  await writeFile(join(one.out, shards[1] as string), await readFile(join(one.out, shards[2] as string)));
  const mended = await start('counterfactual', one);
  expect(slices(mended).read).toBe(2);
  expect(mended.stderr.match(/2 shards could not be used and were built anew/g)).toHaveLength(1);
  expect(await published(one.out)).toEqual(first);
});

test.each(JOBS)(
  '%s: the jobs of an array and the one that folds them publish what one job does',
  async (job) => {
    const one = await place();
    await start(job, one);
    const whole = await published(one.out);
    for (const size of [1, 2, 3, 16]) {
      const array = await emptyOut(one);
      const indices = Array.from({ length: size }, (_, index) => index);
      // One of them dies, or never runs; another runs twice, a third only when all is done.
      const children = [
        ...indices.slice(size > 2 ? 1 : 0, size - (size > 2 ? 1 : 0)),
        ...(size > 1 ? [1] : []),
      ];
      const runChild = async (index: number) => {
        const { code, envelope } = await start(job, array, share(index, size));
        expect([code, envelope.status, envelope.summary.share]).toEqual([0, 'OK', { index, size }]);
        expect(envelope.result_uri).toContain(`/${job}.${index}.json`);
      };
      while (children.length > 0) await Promise.all(children.splice(0, 3).map(runChild));
      expect(await published(array.out)).toEqual({});
      const fold = await start(job, array, { ARRAY_SIZE: String(size) });
      expect(fold.envelope.status).toBe('OK');
      expect(await published(array.out)).toEqual(whole);
      if (size <= 2) expect(slices(fold).read).toBe(0);
      await start(job, array, share(size - 1, size));
      expect(await published(array.out)).toEqual(whole);
    }
  },
  240_000,
);

test('an array index without its size, or beyond it, is refused', async () => {
  const one = await place();
  for (const env of [{ AWS_BATCH_JOB_ARRAY_INDEX: '0' }, share(3, 3)]) {
    const { code, envelope } = await start('counterfactual', one, env);
    expect([code, envelope.error]).toEqual([2, expect.stringContaining('ARRAY_SIZE')]);
  }
});

// However slow the machine is, some delay is long enough at last.
test('killed every moment, each attempt gets further, until one ends as an undisturbed run does', {
  timeout: 240_000,
}, async () => {
  const { path } = await temporaryFolder();
  writeCorpus(generateCorpus({ artifacts: 2_000, seed: 'storm' }), join(path, 'corpus'));
  const calm = { corpus: join(path, 'corpus'), out: join(path, 'calm') };
  await start('counterfactual', calm);
  const storm = { corpus: calm.corpus, out: join(path, 'storm') };
  const kept = async () =>
    (await filesUnder(storm.out).catch(() => [])).filter((file) => /^_replay_shards/.test(file)).length;
  let last = 0;
  let attempts = 0;
  for (let delay = 600; ; delay *= 1.2) {
    const { code, envelope } = await run(
      [
        'counterfactual',
        '--corpus',
        `file://${storm.corpus}`,
        '--out',
        `file://${storm.out}`,
        '--end-time-iso',
        FIXTURES_END,
      ],
      { onStart: (child) => void sleep(delay).then(() => child.kill(attempts % 2 ? 'SIGKILL' : 'SIGTERM')) },
    );
    const now = await kept();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
    attempts += 1;
    if (code === 0) {
      expect(envelope.status).toBe('OK');
      break;
    }
    expect([null, 143]).toContain(code);
  }
  expect(attempts).toBeGreaterThan(1);
  expect(await published(storm.out)).toEqual(await published(calm.out));
});
