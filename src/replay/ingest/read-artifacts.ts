import { sum } from 'd3-array';
import pMap from 'p-map';
import { type Entry, type Listing, listCorpus } from '../../corpus/listing.ts';
import { type SliceResult, tasksInFlight, type WorkerPool } from '../../pool/pool.ts';
import type { Kind, SliceContents } from '../../pool/reader.ts';
import type { Kept } from '../../pool/shards.ts';
import { bundlesOf, type Slice, slicesOf } from '../../pool/slices.ts';
import type { NotKept } from '../../results/left-out.ts';
import type { WindowSettings } from '../../settings/settings.ts';
import { withHeapGrowth } from '../../shared/heap-growth.ts';
import { openStore } from '../../store/open.ts';
import type { ReadCounts, Store } from '../../store/store.ts';
import type { ArtifactAggregator } from './artifact-aggregator.ts';
import { isLost, losesTooMany } from './load-failures.ts';
import type { Run } from './run.ts';

/** Slices, and what is kept of each. */
interface Recall<K extends Kind> {
  readonly slices: readonly Slice[];
  readonly kept: Promise<readonly Kept<SliceContents[K]>[]>;
}

/** What a run finds in its window. */
export interface Listed<K extends Kind> {
  readonly listing: Listing;
  /** Of the artifacts that are to be read; `recalls` has them, too, where all of them are this process's. */
  readonly slices: readonly Slice[];
  readonly recalls: Recall<K>[];
}

/** Lists the window of the families asked for, and cuts those artifacts into slices that are to be read. What is kept of
 * each is asked for as soon as its day is known. */
export async function listSlices<K extends Kind>(
  run: Run<WindowSettings>,
  pool: WorkerPool,
  kind: K,
  isRead: (entry: Entry) => boolean = () => true,
): Promise<Listed<K>> {
  const { settings, progress, signal, window } = run;
  const corpus = openStore(settings.corpus, { create: false });
  const slices: Slice[] = [];
  const recalls: Recall<K>[] = [];
  let read = 0;
  progress.start('list artifacts');
  try {
    const listing = await listCorpus(corpus, window, {
      families: new Set(settings.agents),
      capPerFamily: settings.maxArtifactsPerAgent,
      signal,
      onDay(artifacts, entries) {
        progress.advance(artifacts);
        const own = entries.filter(isRead);
        const cut = slicesOf(own, read);
        read += own.length;
        slices.push(...cut);
        if (!settings.partition) recalls.push(...recall(run, pool, kind, cut));
      },
    });
    progress.finish();
    warnOfSdk(run, corpus.reads);
    await warnOfEmptyWindow(run, corpus, listing);
    return { listing, slices, recalls };
  } finally {
    corpus.close();
  }
}

/** Slices to a task that takes what is kept: each is one small object. */
const RECALLED_AT_ONCE = 64;

/** Begins to take what is kept of slices. */
function recall<K extends Kind>(
  { settings, signal }: Run<WindowSettings>,
  pool: WorkerPool,
  kind: K,
  slices: readonly Slice[],
): Recall<K>[] {
  return Array.from(chunksOf(slices, RECALLED_AT_ONCE), (chunk) => {
    const kept = settings.noCache
      ? Promise.resolve(chunk.map(() => 'missing' as const))
      : pool.recall(kind, chunk, signal);
    // Whoever waits for it hears of it.
    kept.catch(() => {});
    return { slices: chunk, kept };
  });
}

const STOPPED = new Error('too many artifacts could not be had');

/** Reads slices, from their shards where there are any and else from their artifacts, into `aggregator`; `begun` is what
 * `listSlices` has begun of that, and is emptied. Stops when faults of access lose more artifacts than the run may lose. */
export async function readSlices<K extends Kind>(
  run: Run<WindowSettings>,
  pool: WorkerPool,
  kind: K,
  slices: readonly Slice[],
  begun: Recall<K>[],
  aggregator: ArtifactAggregator<SliceContents[K]>,
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
  const take = (result: SliceResult<SliceContents[K]>) => {
    aggregator.add(result);
    progress.advance(result.entries.length);
    lost += result.content.failures.filter(isLost).length;
    if (losesTooMany(lost, artifacts, settings.maxLostShare)) enough.abort(STOPPED);
  };
  const missing: Slice[] = [];
  let unusable = 0;
  try {
    const recalls = begun.length > 0 ? begun : recall(run, pool, kind, slices);
    // Taken out, so that nothing but the aggregator holds what came of them.
    for (let next = recalls.shift(); next; next = recalls.shift()) {
      for (const [index, recalled] of (await next.kept).entries()) {
        const slice = next.slices[index] as Slice;
        if (typeof recalled === 'object') take({ entries: slice.entries, content: recalled.value });
        else missing.push(slice);
        if (recalled === 'unusable') unusable += 1;
      }
    }
    await withHeapGrowth(() =>
      pMap(
        bundlesOf(missing),
        async (bundle) => {
          for (const result of await pool.read(kind, bundle, options.signal)) take(result);
        },
        options,
      ),
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
  if (unusable > 0) log.warn(`${unusable} shards could not be used and were built anew`);
}

/** What the threads of a pool could not keep so far. */
export function notKeptOf({ counts: { notKept, notKeptReason } }: WorkerPool): NotKept {
  return { count: notKept, reason: notKeptReason ?? null };
}

/** A corpus that is given one level too deep, a year's folder, lists as an empty window, as one of another name does. */
async function warnOfEmptyWindow(
  { log, window, signal }: Run,
  corpus: Store,
  listing: Listing,
): Promise<void> {
  const { entries, unknown, notRequested } = listing;
  if (entries.length > 0 || Object.keys({ ...unknown, ...notRequested }).length > 0) return;
  for (const day of window.days) {
    const prefix = `${day.slice(5).replace('-', '/')}/`;
    const { objects } = await corpus.list(prefix, signal);
    const [found] = objects;
    if (!found) continue;
    log.warn(
      `expected year folders directly under ${corpus.uri}, found ${found.key}; is --corpus one level too deep?`,
    );
    return;
  }
  log.warn(`expected artifacts of the window under ${corpus.uri}, found none; check --corpus`);
}

/** How many artifacts slices have. */
export function artifactsIn(slices: readonly Slice[]): number {
  return sum(slices, ({ artifacts }) => artifacts.length);
}

/** The SDK reads the same, but slowly. */
function warnOfSdk({ log }: Run, { bySdk }: Pick<ReadCounts, 'bySdk'>): void {
  if (bySdk > 0)
    log.warn({ reads_by_sdk: bySdk }, 'requests were left to the SDK: odd answers, or credentials');
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += size) yield items.slice(first, first + size);
}
