import { basename, dirname } from 'node:path';
import { startAnthropic } from '../../test/servers/anthropic.ts';
import { modelOf } from '../answers.ts';
import { PREFIX, runClient, SPARE } from '../clients/run-client.ts';
import { type Corpus, captured, generated } from '../corpus.ts';
import { pythonPackage } from '../python.ts';
import type { Bar, Report } from '../report.ts';
import { type Ran, runJob } from '../run-job.ts';
import { type S3, startS3 } from '../s3/start.ts';
import { say } from '../say.ts';
import { figure, table, whole } from '../table.ts';

const END = '2026-07-11';
const SMALL = 32_740;
const LARGE = 327_400;
const HUGE = 1_000_000;
const CHILDREN = 8;
/** As S3 has it, more or less. */
const LATENCY = 20;
const OUT = 'out';
/** Objects that tell how fast a serial client is. */
const SERIAL_COUNT = 300;

/** Steps of a job, as it logs them. */
const STEPS = ['list artifacts', 'read artifacts', 'fit rules'];

interface Row extends Ran {
  readonly job: string;
  readonly artifacts: number;
  readonly latency: number;
  readonly state: 'cold' | 'warm';
  readonly serverMs: number;
}

/** Whole jobs as they are run on AWS: corpus and results on S3, each twice, without and with what it kept. */
export async function jobs(quick: boolean): Promise<Report> {
  const corpora = (quick ? [SMALL / 10] : [SMALL, LARGE, HUGE]).map(generated);
  const [small] = corpora as [Corpus, ...Corpus[]];
  const replayed = captured(small.objects);
  const s3 = await startS3(
    Object.fromEntries(
      [...corpora, replayed].map((corpus) => [`${bucketOf(corpus)}/${PREFIX}`, corpus.folder]),
    ),
  );
  const rows: Row[] = [];
  for (const corpus of corpora) {
    for (const latency of quick || corpus.objects === HUGE ? [LATENCY] : [0, LATENCY]) {
      rows.push(...(await twice(s3, 'counterfactual', corpus, latency)));
    }
  }
  const array = await arrayOf(s3, corpora[quick ? 0 : 1] as Corpus);
  const model = await startAnthropic({ answer: modelOf(replayed) });
  try {
    const options = ['--max-cost-usd', '1000'];
    rows.push(...(await twice(s3, 'concordance', replayed, LATENCY, options, model.environment)));
  } finally {
    await model.close();
  }
  const serial = await serialRates(s3, small, quick ? 60 : SERIAL_COUNT);
  s3.stop();
  return {
    title: 'Whole jobs',
    parts: [
      "The corpus of `npm run corpus`, for `concordance` captures of models alone; results into another bucket of the same server, whole processes from start to end. Cold: nothing is kept; warm: the same again. The server's processor time is on the same machine, beside the job's own.",
      jobsTable(rows),
      array,
      `A serial client at ${LATENCY} ms, over the same objects: ${serial.map(({ name, count, rate }) => `${name} ${figure(rate)} objects/s (${count} read), ${whole(small.objects / rate)} s for ${whole(small.objects)} (extrapolated)`).join('; ')}.`,
    ],
    bars: barsOf(rows, serial),
  };
}

function bucketOf({ folder }: Corpus): string {
  return basename(dirname(folder));
}

async function twice(
  s3: S3,
  job: string,
  corpus: Corpus,
  latency: number,
  options: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Row[]> {
  const { objects: artifacts } = corpus;
  const place = [
    ...['--corpus', `s3://${bucketOf(corpus)}/${PREFIX}`],
    ...['--out', `s3://${OUT}/${job}-${artifacts}-${latency}`],
    ...['--end-time-iso', END, '--metrics', 'none'],
  ];
  await s3.set({ latency });
  const rows: Row[] = [];
  for (const state of ['cold', 'warm'] as const) {
    const before = await s3.stats();
    const ran = await runJob([job, ...place, ...options], { ...s3.environment, ...environment });
    const serverMs = (await s3.stats()).cpuMs - before.cpuMs;
    mustHaveWorked(ran, artifacts);
    say(`${job}, ${artifacts} artifacts, ${latency} ms, ${state}: ${ran.seconds.toFixed(1)} s`);
    rows.push({ ...ran, job, artifacts, latency, state, serverMs });
  }
  return rows;
}

/** Nothing is quicker than a job that had nothing to do. */
function mustHaveWorked({ summary }: Ran, artifacts: number): void {
  const { artifacts_loaded: loaded, n_artifacts_replayed: replayed } = summary;
  if (loaded === artifacts || Number(replayed) > 0) return;
  throw new Error(`expected ${artifacts} artifacts loaded, or some replayed, found ${loaded}, ${replayed}`);
}

interface Serial {
  readonly name: string;
  readonly count: number;
  /** Objects a second. */
  readonly rate: number;
}

async function serialRates(s3: S3, corpus: Corpus, count: number): Promise<Serial[]> {
  const clients = [{ name: 'AWS SDK', file: 'sdk.ts' }];
  if (await pythonPackage('boto3')) clients.push({ name: 'boto3', file: 'boto3_serial.py' });
  const rates: Serial[] = [];
  for (const { name, file } of clients) {
    const served = { s3, corpus, bucket: bucketOf(corpus) };
    const order = {
      count: Math.min(count, corpus.objects - SPARE),
      inFlight: 1,
      threads: 1,
      latency: LATENCY,
    };
    const { seconds } = await runClient(file, served, order);
    rates.push({ name, count: order.count, rate: order.count / seconds });
    say(`${name}, serial, ${LATENCY} ms: ${figure(order.count / seconds)}/s`);
  }
  return rates;
}

function jobsTable(rows: readonly Row[]): string {
  const headings = [
    'job',
    '',
    'artifacts',
    'added latency',
    'seconds',
    'listing',
    'reading',
    'fits',
    'artifacts/s',
    'processor s',
    "server's processor s",
    'peak MiB',
  ];
  return table(
    headings,
    rows.map(({ job, state, artifacts, latency, seconds, steps, cpuMs, serverMs, peakMib }) => [
      `\`${job}\``,
      state,
      whole(artifacts),
      `${latency} ms`,
      figure(seconds),
      ...STEPS.map((step) => (steps[step] === undefined ? undefined : figure(steps[step]))),
      whole(artifacts / seconds),
      figure(cpuMs / 1000),
      figure(serverMs / 1000),
      whole(peakMib),
    ]),
    2,
  );
}

/** The same corpus by the children of an array, one after the other, and the job that gathers what they kept. */
async function arrayOf(s3: S3, corpus: Corpus): Promise<string> {
  await s3.set({ latency: 0 });
  const run = (out: string, environment = {}) => {
    const place = ['--corpus', `s3://${bucketOf(corpus)}/${PREFIX}`, '--out', `s3://${OUT}/${out}`];
    const args = ['counterfactual', ...place, '--end-time-iso', END, '--metrics', 'none'];
    return runJob(args, { ...s3.environment, ...environment });
  };
  const alone = await run('alone');
  let children = 0;
  for (let index = 0; index < CHILDREN; index += 1) {
    const partition = { ARRAY_SIZE: String(CHILDREN), AWS_BATCH_JOB_ARRAY_INDEX: String(index) };
    children += (await run('array', partition)).cpuMs;
  }
  const { cpuMs: last } = await run('array');
  const ratio = (children + last) / alone.cpuMs;
  say(`array: ${figure(ratio)} × the processor time of one job`);
  return `An array of ${CHILDREN} and the job that gathers what they kept take ${figure((children + last) / 1000)} s of processor together over ${whole(corpus.objects)} artifacts without latency, ${figure(ratio)} × what one job takes; ${Math.round((100 * last) / (children + last))} % of it is the last job's.`;
}

function barsOf(rows: readonly Row[], serial: readonly Serial[]): Bar[] {
  const cold = (artifacts: number, latency: number) =>
    rows.find(
      (row) =>
        row.job === 'counterfactual' &&
        row.state === 'cold' &&
        row.artifacts === artifacts &&
        row.latency === latency,
    );
  const atLatency = cold(SMALL, LATENCY);
  // The quicker of the clients: what is compared with is the best that serial reading does.
  const quickest = Math.max(...serial.map(({ rate }) => rate));
  const faster = atLatency && SMALL / quickest / atLatency.seconds;
  const fits = atLatency && (atLatency.steps['fit rules'] ?? 0) / (atLatency.steps['read artifacts'] ?? 0);
  const [large, huge] = [cold(LARGE, LATENCY), cold(HUGE, LATENCY)];
  const growth = large && huge && huge.seconds / large.seconds;
  const peakOf = (artifacts: number) => {
    const peaks = rows.filter((row) => row.artifacts === artifacts).map(({ peakMib }) => peakMib);
    return peaks.length > 0 ? Math.max(...peaks) : undefined;
  };
  const warm = rows.find((row) => row.state === 'warm' && row.artifacts === SMALL && row.latency === LATENCY);
  const again = atLatency && warm && atLatency.seconds / warm.seconds;
  const bar = (
    what: string,
    value: number | undefined,
    relation: '≤' | '≥',
    most: number,
    unit = '',
  ): Bar => ({
    what,
    wanted: `${relation} ${whole(most)}${unit}`,
    measured: value === undefined ? '–' : `${figure(value)}${unit}`,
    met: value === undefined ? undefined : relation === '≤' ? value <= most : value >= most,
  });
  return [
    bar(`fits ÷ reading, cold, ${whole(SMALL)} artifacts at ${LATENCY} ms`, fits, '≤', 1),
    bar(
      `cold, ${whole(SMALL)} artifacts at ${LATENCY} ms: times as fast as a serial client`,
      faster,
      '≥',
      60,
    ),
    { ...bar(`${whole(HUGE)} ÷ ${whole(LARGE)} artifacts, time, cold`, growth, '≤', 3.3), wanted: '≤ 3.3' },
    bar(`peak memory, ${whole(LARGE)} artifacts`, peakOf(LARGE), '≤', 800, ' MiB'),
    bar(`peak memory, ${whole(HUGE)} artifacts`, peakOf(HUGE), '≤', 2048, ' MiB'),
    bar(`first run ÷ second, ${whole(SMALL)} artifacts at ${LATENCY} ms`, again, '≥', 6),
  ];
}
