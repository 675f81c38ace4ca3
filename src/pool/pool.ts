import { Piscina } from 'piscina';
import { LoadError, TransientError } from '../errors.ts';
import type { CandidateBatch, Question, readQuestion } from './candidates.ts';
import type { ExtractedBatch, FeatureSetName } from './extract.ts';
import type { FitTask, FittedSubject } from './fit.ts';
import type { LoadedBatch } from './load.ts';
import type { WorkerOptions } from './worker.ts';

/** Two batches at a time keep a worker's loads in flight while the tail of one of them drains. */
const TASKS_PER_WORKER = 2;
const HEAP_MIB = 448;
/** Objects live for one batch; more room for the young only delays their collection. */
const YOUNG_MIB = 32;

export interface PoolOptions extends Omit<WorkerOptions, 'concurrency'> {
  readonly threads: number;
  /** Loads in flight per thread. */
  readonly loadConcurrency: number;
  /** Heap of a worker, beyond which it dies. */
  readonly heapMib?: number;
}

/** Batches that a pool has use for at once; more only wait in its queue. */
export function batchesInFlight(threads: number): number {
  return threads * TASKS_PER_WORKER + 1;
}

/** The worker threads that read and fit. Every worker runs under a memory limit; when one dies, the objects it
 * held are read again one by one, and only the one that kills its worker a second time is given up. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #workers: Piscina;
  #single: Piscina | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#workers = this.#start(options.threads, TASKS_PER_WORKER);
  }

  /** Resolves when one thread has imported all it needs. */
  async boot(): Promise<void> {
    await this.#workers.run(undefined, { name: 'boot' });
  }

  /** Reads the rows of the artifacts under `keys`. Resolves to the pieces of the answer, in their order. */
  extract(
    keys: readonly string[],
    featureSet: FeatureSetName,
    signal: AbortSignal,
  ): Promise<readonly ExtractedBatch[]> {
    return this.#inPieces<ExtractedBatch>('extract', keys, { featureSet }, signal, (lost) => ({
      ...lost,
      drops: [],
      skippedRows: [],
      tables: [],
    }));
  }

  /** Reads which of the artifacts under `keys` can be replayed. Resolves to the pieces, in their order. */
  candidates(keys: readonly string[], signal: AbortSignal): Promise<readonly CandidateBatch[]> {
    return this.#inPieces<CandidateBatch>('candidates', keys, {}, signal, (lost) => ({
      ...lost,
      candidates: [],
      skips: [],
    }));
  }

  /** Reads one capture's prompt again. Throws LoadError, or TransientError, when it cannot be had any more. */
  async question(key: string): Promise<Question> {
    const found: Awaited<ReturnType<typeof readQuestion>> = await this.#workers.run(key, {
      name: 'question',
    });
    if (!('error' in found)) return found;
    throw found.transient ? new TransientError(found.error) : new LoadError(found.error);
  }

  /** Hands the task's rows and labels over: they are empty here afterwards. */
  fit(task: FitTask, signal: AbortSignal): Promise<FittedSubject> {
    const arrays = [task.values, ...task.labels.map(({ codes }) => codes)];
    const transferList = arrays.map(({ buffer }) => buffer as ArrayBuffer);
    return this.#workers.run(task, { name: 'fit', signal, transferList });
  }

  async close(): Promise<void> {
    await Promise.all([this.#workers.destroy(), this.#single?.destroy()]);
  }

  /** Runs a task over many keys. When its worker dies the keys are taken one by one, each in a worker that holds
   * nothing else, so that a second death is that object's doing. */
  async #inPieces<B extends LoadedBatch>(
    name: string,
    keys: readonly string[],
    task: object,
    signal: AbortSignal,
    lostBatch: (lost: LoadedBatch) => B,
  ): Promise<readonly B[]> {
    try {
      return [await this.#workers.run({ keys, ...task }, { name, signal })];
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
    }
    this.#single ??= this.#start(1, 1);
    const pieces: B[] = [];
    for (const key of keys) {
      try {
        pieces.push(await this.#single.run({ keys: [key], ...task }, { name, signal }));
      } catch (error) {
        if (!isWorkerDeath(error)) throw error;
        const reason = 'expected an artifact that a worker can hold, found that its worker ran out of memory';
        const failures = [{ position: 0, error: reason, transient: false }];
        pieces.push(lostBatch({ size: 1, failures, capturedAt: Float64Array.of(Number.NaN) }));
      }
    }
    return pieces;
  }

  #start(threads: number, tasksPerWorker: number): Piscina {
    const { corpus, loadConcurrency, heapMib = HEAP_MIB } = this.#options;
    const workerData: WorkerOptions = { corpus, concurrency: Math.ceil(loadConcurrency / tasksPerWorker) };
    return new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: tasksPerWorker,
      // A worker that sleeps on Atomics between tasks would hold up the sockets it keeps alive.
      atomics: 'disabled',
      resourceLimits: { maxOldGenerationSizeMb: heapMib, maxYoungGenerationSizeMb: YOUNG_MIB },
      workerData,
    });
  }
}

function isWorkerDeath(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ||
      error.message.startsWith('worker exited with code'))
  );
}
