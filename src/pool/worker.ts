import { workerData } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { ArtifactKey } from '../corpus/key.ts';
import { importStores, openStore } from '../store/open.ts';
import type { ReadCounts } from '../store/store.ts';
import { loadPrompt } from './candidates.ts';
import { type FittedSubject, fitSubject, nameOfFit } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import { loadSlices } from './load.ts';
import { type Batches, type Kind, readerOf } from './reader.ts';
import { Shards } from './shards.ts';
import type { Slice } from './slices.ts';

/** What every worker of a pool is started with. */
export interface WorkerOptions {
  readonly corpus: string;
  /** Loads in flight per thread, over all its tasks. */
  readonly loadConcurrency: number;
  /** Where finished work is kept; absent where none is. */
  readonly shards?: { readonly uri: string; readonly writes: boolean } | undefined;
}

/** Slices to read; one without a name is not kept. */
export interface ReadTask<K extends Kind> {
  readonly kind: K;
  readonly slices: readonly (Pick<Slice, 'artifacts'> & { readonly name: string | undefined })[];
}

/** What was read, and the reads out of the ordinary since this worker last told. */
export interface Read<K extends Kind> {
  readonly batches: readonly Batches[K][];
  readonly reads: ReadCounts;
}

/** What a shard holds, or why there is none that can be used. */
export type Recalled<K extends Kind> = { readonly value: Batches[K] } | 'missing' | 'unusable';

const options = workerData as WorkerOptions;
const store = openStore(options.corpus);
const shards = options.shards && new Shards(openStore(options.shards.uri), options.shards.writes);
let told: ReadCounts = { ...store.reads };
const limit = pLimit(options.loadConcurrency);

// While the main thread lists: the first object need not wait for it.
if (options.corpus.startsWith('s3:')) importStores().catch(() => {});

/** Answers once this thread has loaded everything it needs. */
export function boot(): true {
  return true;
}

/** Takes what is kept of slices, by name. */
export function recall<K extends Kind>(task: { kind: K; names: readonly string[] }): Promise<Recalled<K>[]> {
  const { kind, names } = task;
  return limit.map(
    names,
    async (name): Promise<Recalled<K>> => (await shards?.read(`${kind}/${name}`)) ?? 'missing',
  );
}

/** Reads slices and keeps them. One with a passing failure is not kept: the next run shall try again. */
export async function read<K extends Kind>({ kind, slices }: ReadTask<K>): Promise<Read<K>> {
  const artifacts = slices.map((slice) => slice.artifacts);
  const batches = await loadSlices<Batches[K]>(store, artifacts, limit, () => readerOf(kind));
  await limit.map(slices, async ({ name }, index) => {
    const batch = batches[index] as Batches[K];
    if (name === undefined || batch.failures.some(({ transient }) => transient)) return;
    await shards?.write(`${kind}/${name}`, batch);
  });
  const counts = { ...store.reads };
  const reads = { retried: counts.retried - told.retried, bySdk: counts.bySdk - told.bySdk };
  told = counts;
  return { batches, reads };
}

export function readPrompt(artifact: ArtifactKey): ReturnType<typeof loadPrompt> {
  return loadPrompt(store, artifact);
}

export async function fit(task: FitTask): Promise<FittedSubject> {
  if (!shards) return fitSubject(task);
  const name = `fits/${nameOfFit(task)}`;
  const kept = await shards.read<FittedSubject>(name);
  if (typeof kept === 'object') return kept.value;
  const fitted = fitSubject(task);
  await shards.write(name, fitted);
  return fitted;
}
