import { Piscina } from 'piscina';
import type { ExtractedBatch } from './extract.ts';
import type { FitTask, FittedSubject } from './fit.ts';
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

  /** Reads the artifacts under `keys`. Resolves to the pieces of the answer, in the order of the keys. */
  async extract(keys: readonly string[], signal: AbortSignal): Promise<readonly ExtractedBatch[]> {
    try {
      return [await this.#workers.run(keys, { name: 'extract', signal })];
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
    }
    const pieces: ExtractedBatch[] = [];
    for (const key of keys) pieces.push(await this.#extractAlone(key, signal));
    return pieces;
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

  /** In a worker that holds nothing else, so that a death is this object's doing. */
  async #extractAlone(key: string, signal: AbortSignal): Promise<ExtractedBatch> {
    this.#single ??= this.#start(1, 1);
    try {
      return await this.#single.run([key], { name: 'extract', signal });
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
      const reason = 'expected an artifact that a worker can hold, found that its worker ran out of memory';
      return {
        size: 1,
        failures: [{ position: 0, error: reason, transient: false }],
        drops: [],
        skippedRows: [],
        capturedAt: Float64Array.of(Number.NaN),
        tables: [],
      };
    }
  }

  #start(threads: number, tasksPerWorker: number): Piscina {
    const { corpus, featureSet, loadConcurrency, heapMib = HEAP_MIB } = this.#options;
    const workerData: WorkerOptions = {
      corpus,
      featureSet,
      concurrency: Math.ceil(loadConcurrency / tasksPerWorker),
    };
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
