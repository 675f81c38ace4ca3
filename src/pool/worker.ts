import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { openStore } from '../store/open.ts';
import { type CandidateBatch, candidateBatch, readQuestion } from './candidates.ts';
import { type ExtractedBatch, extractBatch, type FeatureSetName } from './extract.ts';
import { type FitTask, type FittedSubject, fitSubject } from './fit.ts';

/** What every worker of a pool is started with. */
export interface WorkerOptions {
  readonly corpus: string;
  /** Loads in flight per task. */
  readonly concurrency: number;
}

const options = workerData as WorkerOptions;
const store = openStore(options.corpus);

/** Answers once this thread has loaded everything it needs. */
export function boot(): true {
  return true;
}

export async function extract(task: {
  keys: readonly string[];
  featureSet: FeatureSetName;
}): Promise<ExtractedBatch> {
  const batch = await extractBatch(store, task.keys, task.featureSet, options.concurrency);
  const arrays = batch.tables.flatMap(({ features, labels, artifacts }) => [features, labels, artifacts]);
  const buffers = [batch.capturedAt, ...arrays].map((array) => array.buffer);
  // Hands the arrays' memory over instead of copying it; piscina unwraps the value.
  return move({ [transferableSymbol]: buffers, [valueSymbol]: batch }) as unknown as ExtractedBatch;
}

export function candidates(task: { keys: readonly string[] }): Promise<CandidateBatch> {
  return candidateBatch(store, task.keys, options.concurrency);
}

export function question(key: string): ReturnType<typeof readQuestion> {
  return readQuestion(store, key);
}

export function fit(task: FitTask): FittedSubject {
  return fitSubject(task);
}
