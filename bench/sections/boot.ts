import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../child.ts';
import { PREFIX } from '../clients/run-client.ts';
import { generated } from '../corpus.ts';
import type { Bar, Report } from '../report.ts';
import { MAIN } from '../run-job.ts';
import { type S3, startS3 } from '../s3/start.ts';
import { figure, table } from '../table.ts';

const STARTS = 9;
const BUCKET = 'tiny';
const OUT = 'tiny-out';

/** How long it takes until the program does anything, beside a process that does nothing. */
export async function boot(quick: boolean): Promise<Report> {
  const s3 = await startS3({});
  const day = await putOneArtifact(s3);
  const times = { empty: [], firstGet: [], firstArtifact: [], whole: [], shellRun: [] } as Record<
    'empty' | 'firstGet' | 'firstArtifact' | 'whole' | 'shellRun',
    number[]
  >;
  for (let start = 0; start < (quick ? 3 : STARTS); start++) {
    const { times: gets, whole } = await timesToGets(s3, start, day);
    times.empty.push(await timeOf(['-e', '0']));
    times.firstGet.push(Math.min(...Object.values(gets)));
    times.firstArtifact.push(gets[BUCKET] as number);
    times.whole.push(whole);
    times.shellRun.push(await timeOf([MAIN, 'counterfactual'], { ...s3.environment, DRY_RUN_LLM: '1' }));
  }
  s3.stop();
  const empty = median(times.empty);
  const rows = (
    [
      ['an empty Node process, whole', 'empty'],
      ['start to the first GET: of a shard that may be kept', 'firstGet'],
      ['start to the first GET of an artifact', 'firstArtifact'],
      ['the same run, whole', 'whole'],
      ['shell-run (`DRY_RUN_LLM=1`), whole', 'shellRun'],
    ] as const
  ).map(([what, name]) => {
    const ms = median(times[name]);
    return [what, ms.toFixed(0), figure(ms / empty)];
  });
  return {
    title: 'Boot',
    parts: [
      `\`counterfactual\` over one artifact on S3, no latency; medians of ${times.empty.length} starts.`,
      table(['', 'ms', '÷ empty process'], rows),
    ],
    bars: [
      bar('boot to the first GET of an artifact', median(times.firstArtifact) / empty, 9),
      bar('shell-run, whole process', median(times.shellRun) / empty, 7),
    ],
  };
}

/** One artifact of the generated corpus, alone in a bucket. Returns its day. */
async function putOneArtifact(s3: S3): Promise<string> {
  const { folder, keys } = generated(3_274);
  const key = readFileSync(keys, 'utf8')
    .split('\n')
    .find((one) => one.includes('/ic_cio/')) as string;
  const url = `${s3.endpoint}/${BUCKET}/${PREFIX}/${key}`;
  const { ok, status } = await fetch(url, { method: 'PUT', body: readFileSync(join(folder, key)) });
  if (!ok) throw new Error(`PUT ${url}: ${status}`);
  return key.slice(0, 10).replaceAll('/', '-');
}

/** From the start of the process to the first GET in each bucket, and to its end, ms. */
async function timesToGets(
  s3: S3,
  start: number,
  day: string,
): Promise<{ times: Record<string, number>; whole: number }> {
  await s3.set({ latency: 0 });
  const started = performance.timeOrigin + performance.now();
  const whole = await timeOf(
    [
      ...[MAIN, 'counterfactual', '--corpus', `s3://${BUCKET}/${PREFIX}`, '--out', `s3://${OUT}/${start}`],
      ...['--end-time-iso', day, '--window-days', '1', '--metrics', 'none'],
    ],
    s3.environment,
  );
  const { firstGet } = await s3.stats();
  const times = Object.entries(firstGet).map(([bucket, at]) => [bucket, at - started]);
  return { times: Object.fromEntries(times), whole };
}

async function timeOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const started = performance.now();
  await run(process.execPath, args, { env: { PATH: process.env.PATH, ...environment } });
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] as number;
}

function bar(what: string, ratio: number, most: number): Bar {
  return {
    what: `${what} ÷ an empty Node process`,
    wanted: `≤ ${most} ×`,
    measured: `${figure(ratio)} ×`,
    met: ratio <= most,
  };
}
