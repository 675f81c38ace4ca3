import pMap from 'p-map';
import { type Listing, listCorpus } from '../../corpus/listing.ts';
import { type SliceResult, tasksInFlight, type WorkerPool } from '../../pool/pool.ts';
import type { Batches, Kind } from '../../pool/reader.ts';
import { bundlesOf, type Slice } from '../../pool/slices.ts';
import type { ReadCounts, Store } from '../../store/store.ts';
import { losesTooMany } from './load-failures.ts';
import type { Run } from './run.ts';

/** Lists the window of the families asked for. */
export async function listArtifacts(run: Run, corpus: Store): Promise<Listing> {
  const { settings, progress, signal, window } = run;
  progress.start('list artifacts');
  const listing = await listCorpus(corpus, window, {
    families: new Set(settings.agents),
    capPerFamily: settings.maxArtifactsPerAgent,
    signal,
    onDay: (artifacts) => progress.advance(artifacts),
  });
  progress.finish();
  warnOfSdk(run, corpus.reads);
  return listing;
}

/** Slices to a task that takes what is kept: each is one small object. */
const RECALLED_AT_ONCE = 64;

const STOPPED = new Error('too many artifacts could not be had');

/** Brings slices in, from shards where these are there and from artifacts where not, and hands them to `add`. Stops when
 * faults of access lose more artifacts than the run may lose. */
export async function readSlices<K extends Kind>(
  run: Run,
  pool: WorkerPool,
  kind: K,
  slices: readonly Slice[],
  add: (piece: SliceResult<Batches[K]>) => void,
): Promise<void> {
  const { settings, log, progress, signal } = run;
  const artifacts = artifactsIn(slices);
  const enough = new AbortController();
  const options = {
    concurrency: tasksInFlight(settings.threads),
    signal: AbortSignal.any([signal, enough.signal]),
  };
  let lost = 0;
  progress.start('read artifacts', artifacts);
  const take = (piece: SliceResult<Batches[K]>) => {
    add(piece);
    progress.advance(piece.entries.length);
    lost += piece.batch.failures.filter(({ kind }) => kind !== 'content').length;
    if (losesTooMany(lost, artifacts, settings.maxLostShare)) enough.abort(STOPPED);
  };
  const missing: Slice[] = settings.noCache ? [...slices] : [];
  let unusable = 0;
  try {
    await pMap(
      settings.noCache ? [] : chunksOf(slices, RECALLED_AT_ONCE),
      async (chunk) => {
        for (const [index, recalled] of (await pool.recall(kind, chunk, options.signal)).entries()) {
          const slice = chunk[index] as Slice;
          if (typeof recalled === 'object') take({ entries: slice.entries, batch: recalled.value });
          else missing.push(slice);
          if (recalled === 'unusable') unusable += 1;
        }
      },
      options,
    );
    await pMap(
      bundlesOf(missing),
      async (bundle) => {
        for (const piece of await pool.read(kind, bundle, options.signal)) take(piece);
      },
      options,
    );
  } catch (error) {
    if (error !== STOPPED) throw error;
  }
  progress.finish();
  const counts = { slices: slices.length, from_shards: slices.length - missing.length, read: missing.length };
  log.info(
    { ...counts, reads_retried: pool.counts.retried },
    'slices taken from shards, and read from artifacts',
  );
  warnOfSdk(run, pool.counts);
  warnOfUnkept(run, pool);
  if (unusable > 0) log.warn(`${unusable} shards could not be used and were built anew`);
}

/** The next run has to do again what was not kept. */
function warnOfUnkept({ log }: Run, { counts }: WorkerPool): void {
  const { notKept, notKeptReason } = counts;
  if (notKept > 0) log.warn({ not_kept: notKept, reason: notKeptReason }, 'finished work could not be kept');
}

/** How many artifacts slices have. */
export function artifactsIn(slices: readonly Slice[]): number {
  return slices.reduce((sum, slice) => sum + slice.artifacts.length, 0);
}

/** What is read so is right, but slowly read. */
function warnOfSdk({ log }: Run, { bySdk }: Pick<ReadCounts, 'bySdk'>): void {
  if (bySdk > 0)
    log.warn({ reads_by_sdk: bySdk }, 'requests were left to the SDK: odd answers, or credentials');
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += size) yield items.slice(first, first + size);
}
