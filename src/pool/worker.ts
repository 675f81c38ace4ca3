import { workerData } from 'node:worker_threads';
import pMap from 'p-map';
import { openStore } from '../store/open.ts';
import { candidateReader, readQuestion } from './candidates.ts';
import { type FeatureSetName, rowReader } from './extract.ts';
import { type FitTask, type FittedSubject, fitSubject, nameOfFit } from './fit.ts';
import { type LoadedBatch, loadSlices, type Reader } from './load.ts';
import { Shards, type ShardUse } from './shards.ts';

/** What every worker of a pool is started with. */
export interface WorkerOptions {
  readonly corpus: string;
  /** Loads in flight per task. */
  readonly concurrency: number;
  /** Where finished work is kept; absent where none is. */
  readonly shards?: { readonly uri: string; readonly writes: boolean } | undefined;
}

/** Slices to read; one without a name is not kept. */
export interface ReadTask {
  readonly slices: readonly { readonly keys: readonly string[]; readonly name: string | undefined }[];
}

/** What became of one slice. */
export interface ReadSlice<B extends LoadedBatch> {
  readonly batch: B;
  readonly use: ShardUse;
}

const options = workerData as WorkerOptions;
const store = openStore(options.corpus);
const shards = options.shards && new Shards(openStore(options.shards.uri), options.shards.writes);

/** Answers once this thread has loaded everything it needs. */
export function boot(): true {
  return true;
}

export function rows(task: ReadTask & { featureSet: FeatureSetName }) {
  return readSlices(task, `rows-${task.featureSet}`, () => rowReader(task.featureSet));
}

export function candidates(task: ReadTask) {
  return readSlices(task, 'candidates', candidateReader);
}

export function question(key: string): ReturnType<typeof readQuestion> {
  return readQuestion(store, key);
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

/** Takes from shards what is there and reads the rest. A slice with a passing failure is not kept: the next run
 * shall try again. */
async function readSlices<B extends LoadedBatch>(
  { slices }: ReadTask,
  kind: string,
  begin: () => Reader<B>,
): Promise<ReadSlice<B>[]> {
  const { concurrency } = options;
  const found = await pMap(
    slices,
    async ({ name }) => (name === undefined ? undefined : await shards?.read<B>(`${kind}/${name}`)),
    { concurrency },
  );
  const missing = slices.filter((_, index) => typeof found[index] !== 'object');
  const loaded = await loadSlices(
    store,
    missing.map(({ keys }) => keys),
    concurrency,
    begin,
  );
  const batches = new Map(missing.map((slice, index) => [slice, loaded[index] as B]));
  return pMap(
    slices,
    async (slice, index): Promise<ReadSlice<B>> => {
      const kept = found[index];
      if (typeof kept === 'object') return { batch: kept.value, use: 'read' };
      const batch = batches.get(slice) as B;
      if (kept === undefined || batch.failures.some(({ transient }) => transient)) {
        return { batch, use: 'unkept' };
      }
      const isKept = await shards?.write(`${kind}/${slice.name}`, batch);
      return { batch, use: isKept ? kept : 'unkept' };
    },
    { concurrency },
  );
}
