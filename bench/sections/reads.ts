import { readSettings, type WindowSettings } from '../../src/settings/settings.ts';
import type { Reading } from '../clients/order.ts';
import { PREFIX, runClient, type Served, SPARE } from '../clients/run-client.ts';
import { mix } from '../corpus.ts';
import { pythonPackage } from '../python.ts';
import type { Bar, Report } from '../report.ts';
import { startS3 } from '../s3/start.ts';
import { say } from '../say.ts';
import { type Cell, figure, table, whole } from '../table.ts';

const ARTIFACTS = 32_740;
const LATENCIES = [0, 20, 100];
const ROUNDS = 2;
/** About how long a row reads. */
const SECONDS = 2;

/** A way to read. */
interface Way {
  readonly name: string;
  /** File in clients/. */
  readonly client: string;
  readonly threads: number;
  /** Loads in flight per thread that are tried; the best is told. */
  readonly inFlight: readonly number[];
  /** Objects a second that it comes to, roughly: how many it is given follows from it, nothing else. */
  readonly pace: number;
  /** Touches no server: measured once, without latency. */
  readonly offline?: boolean;
  readonly overTls?: true;
  /** Of objects that have no CRC-32. */
  readonly crc32?: false;
}

interface Best extends Reading {
  readonly count: number;
  readonly inFlight: number;
}

const NEAR_LIMIT = 'undici, unsigned + `JSON.parse`: the near limit';
const SDK = 'AWS SDK + `JSON.parse`';
const SERIAL = 'AWS SDK, serial';
const OURS = 'ours: `Store.get` + `parseObject`';
const OURS_MD5 = 'ours, objects without a CRC-32';
const OURS_EXTRACT = 'ours, and rows extracted';
const OURS_POOL = 'ours, in the pool, rows extracted';
const TLS = 'over TLS: ';

async function ways(): Promise<Way[]> {
  const settings = readSettings(['counterfactual'], {}, new Date());
  const undici = { name: NEAR_LIMIT, client: 'undici.ts', inFlight: [32, 64, 128] };
  const sdk = { name: SDK, client: 'sdk.ts' };
  const store = { client: 'store.ts', threads: 1, inFlight: [32, 64, 128], pace: 9_000 };
  // As the program runs: what suits the one latency and the other is a compromise.
  const pool = {
    name: OURS_POOL,
    client: 'pool.ts',
    inFlight: [(settings as WindowSettings).loadConcurrency],
  };
  const boto3 = (await pythonPackage('boto3')) !== undefined;
  return [
    {
      name: 'floor: in memory + `JSON.parse`',
      client: 'memory.ts',
      threads: 1,
      inFlight: [1],
      pace: 14_000,
      offline: true,
    },
    { ...undici, threads: 1, pace: 12_000 },
    { ...undici, threads: 2, pace: 15_000 },
    { ...sdk, threads: 1, inFlight: [8, 32, 64], pace: 2_000 },
    { ...sdk, threads: 2, inFlight: [8, 32, 64], pace: 3_500 },
    { name: SERIAL, client: 'sdk.ts', threads: 1, inFlight: [1], pace: 1_500 },
    ...(boto3
      ? [{ name: 'boto3, serial', client: 'boto3_serial.py', threads: 1, inFlight: [1], pace: 1_200 }]
      : []),
    { name: OURS, ...store },
    { name: OURS_MD5, ...store, crc32: false as const },
    { name: OURS_EXTRACT, ...store, client: 'extract.ts' },
    { ...pool, threads: 1, pace: 9_000 },
    { ...pool, threads: 2, pace: 13_000 },
    { ...undici, name: TLS + NEAR_LIMIT, overTls: true, threads: 2, pace: 12_000 },
    { ...pool, name: TLS + OURS_POOL, overTls: true, threads: 2, pace: 11_000 },
  ];
}

/** Every way to read the same objects, on the same server, row after row in rounds. */
export async function reads(quick: boolean): Promise<Report> {
  const corpus = mix((quick ? 3_200 : ARTIFACTS) + SPARE);
  const bucket = 'mix';
  const s3 = await startS3({ [`${bucket}/${PREFIX}`]: corpus.folder });
  const served = { s3, corpus, bucket };
  const latencies = quick ? LATENCIES.slice(0, 2) : LATENCIES;
  const all = await ways();
  const best = new Map<string, Best>();
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    for (const latency of latencies) {
      for (const way of all) {
        if (way.offline && latency > 0) continue;
        const known = best.get(idOf(way, latency));
        // What is best in flight is found out once.
        const tried = known ? [known.inFlight] : way.inFlight;
        for (const inFlight of quick ? [tried[1] ?? (tried[0] as number)] : tried) {
          const found = await measure(served, way, latency, inFlight, quick ? 0.1 : SECONDS);
          say(`${latency} ms, ${way.name}, ${way.threads} × ${inFlight}: ${whole(rateOf(found))}/s`);
          const id = idOf(way, latency);
          if (rateOf(found) > rateOf(best.get(id))) best.set(id, found);
        }
      }
    }
  }
  s3.stop();
  const mean = (corpus.bytes / corpus.objects / 1000).toFixed(1);
  const about =
    `${whole(corpus.objects - SPARE)} artifacts, 92 % 3–6 KB, 6 % 20–50 KB, 2 % 300–400 KB, ${mean} KB in the mean. ` +
    'Each row is a process of its own, the best of its rounds. "÷ near limit" is objects/s by those of unsigned ' +
    'undici with as many threads, at the same latency. The server shares the processors: what it took is told beside, ' +
    'also as a share of one of them.';
  const boto3 = all.some(({ client }) => client.endsWith('.py'));
  return {
    title: 'Reading many small objects',
    parts: [
      boto3 ? about : `${about} Left out: boto3, since .venv has none.`,
      readsTable(all, latencies, best),
    ],
    bars: barsOf(all, best),
  };
}

function idOf({ name, threads }: Way, latency: number): string {
  return `${name}/${threads}/${latency}`;
}

function rateOf(found: Best | undefined): number {
  return found ? found.count / found.seconds : 0;
}

async function measure(
  served: Served,
  way: Way,
  latency: number,
  inFlight: number,
  seconds: number,
): Promise<Best> {
  const { threads } = way;
  const rate = latency === 0 ? way.pace : Math.min(way.pace, (inFlight * threads * 1000) / (latency + 1));
  const most = served.corpus.objects - SPARE;
  const count = Math.min(most, Math.max(Math.ceil(rate * seconds), inFlight === 1 ? 50 : 500));
  await served.s3.set({ crc32: way.crc32 ?? true });
  const reading = await runClient(
    way.client,
    { ...served, overTls: way.overTls },
    { count, inFlight, threads, latency },
  );
  return { ...reading, count, inFlight };
}

function readsTable(
  all: readonly Way[],
  latencies: readonly number[],
  best: ReadonlyMap<string, Best>,
): string {
  const rows = latencies.flatMap((latency) =>
    all.flatMap((way): Cell[][] => {
      const found = best.get(idOf(way, latency));
      if (!found) return [];
      const limit = best.get(idOf({ ...way, name: way.overTls ? TLS + NEAR_LIMIT : NEAR_LIMIT }, latency));
      return [
        [
          `${latency} ms`,
          way.name,
          way.threads,
          way.offline ? undefined : found.inFlight,
          whole(found.count),
          whole(rateOf(found)),
          way.offline ? undefined : figure(rateOf(found) / rateOf(limit)),
          (found.cpuMs / found.count).toFixed(3),
          way.offline ? undefined : (found.serverMs / found.count).toFixed(3),
          way.offline ? undefined : `${Math.round(found.serverMs / found.seconds / 10)} %`,
          // Of what holds all objects in memory, that says nothing.
          way.offline ? undefined : whole(found.peakMib),
        ],
      ];
    }),
  );
  const headings = [
    'added latency',
    'way to read',
    'threads',
    'in flight each',
    'objects read',
    'objects/s',
    '÷ near limit',
    'processor ms per object',
    "server's ms per object",
    "server's share",
    'peak MiB',
  ];
  return table(headings, rows, 2);
}

function barsOf(all: readonly Way[], best: ReadonlyMap<string, Best>): Bar[] {
  const of = (name: string, latency: number, threads = 1) =>
    best.get(idOf(all.find((way) => way.name === name && way.threads === threads) as Way, latency));
  const inPool = (latency: number) => rateOf(of(OURS_POOL, latency, 2)) / rateOf(of(NEAR_LIMIT, latency, 2));
  const ours = rateOf(of(OURS, 0));
  const toSdk = ours / rateOf(of(SDK, 0));
  const toLimit = ours / rateOf(of(NEAR_LIMIT, 0));
  const extracting = of(OURS_EXTRACT, 0) as Best;
  const cpu = extracting.cpuMs / extracting.count;
  return [
    {
      what: 'read path ÷ plain SDK at its best, objects/s, one thread, no latency',
      wanted: '≥ 4.5',
      measured: figure(toSdk),
      met: toSdk >= 4.5,
    },
    {
      what: 'read path ÷ unsigned undici + parse, objects/s, one thread, no latency',
      wanted: '≥ 0.80',
      measured: figure(toLimit),
      met: toLimit >= 0.8,
    },
    ...(
      [
        [0, 0.75],
        [20, 0.9],
      ] as const
    ).map(([latency, least]) => ({
      what: `pool, two threads, rows extracted ÷ unsigned undici + parse, ${latency} ms`,
      wanted: `≥ ${least}`,
      measured: figure(inPool(latency)),
      met: inPool(latency) >= least,
    })),
    {
      what: 'processor per object: read, parse, extract',
      wanted: '≤ 0.15 ms',
      measured: `${cpu.toFixed(3)} ms`,
      met: cpu <= 0.15,
    },
  ];
}
