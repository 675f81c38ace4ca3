import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { ArtifactKey } from '../corpus/key.ts';
import { untilAborted } from '../shared/abort.ts';
import { LoadError, TransientError } from '../shared/errors.ts';
import type { ReadCounts } from '../store/store.ts';
import type { CapturedPrompt, loadPrompt } from './candidates.ts';
import type { FittedSubject } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import type { LoadedBatch } from './load.ts';
import { type Batches, type Kind, readerOf } from './reader.ts';
import { keyOf, type Slice } from './slices.ts';
import type { Read, ReadTask, Recalled, WorkerOptions } from './worker.ts';

/** So many that those behind fill the tails of those before: the loads in flight are limited apart. */
const TASKS_PER_WORKER = 4;
const HEAP_MIB = 448;
/** Objects live for one batch; more room for the young only delays their collection. */
const YOUNG_MIB = 32;

export interface PoolOptions extends WorkerOptions {
  readonly threads: number;
  /** Heap of a worker, beyond which it dies. */
  readonly heapMib?: number;
}

/** What became of artifacts at these positions of the listing. */
export interface SliceResult<B extends LoadedBatch> {
  readonly entries: readonly number[];
  readonly batch: B;
}

/** Tasks that a pool has use for at once; more only wait in its queue. */
export function tasksInFlight(threads: number): number {
  return threads * TASKS_PER_WORKER + 1;
}

/** The worker threads that read and fit. Every worker runs under a memory limit; when one dies, the objects it
 * held are read again one by one, and only the one that kills its worker a second time is given up.
 *
 * A task is not aborted by piscina's own means: a task that can be aborted gets a worker for itself alone, whatever the
 * limit of tasks to a worker. An aborted one runs on until its worker ends, when the pool is closed. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #workers: Piscina;
  #single: Piscina | undefined;
  #closed = false;
  /** Reads of artifacts out of the ordinary, over all workers. */
  readonly reads: ReadCounts = { retried: 0, bySdk: 0 };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#workers = this.#start(options.threads, TASKS_PER_WORKER);
  }

  /** Resolves when one thread has imported all it needs. */
  async boot(): Promise<void> {
    await this.#workers.run(undefined, { name: 'boot' });
  }

  /** Takes what is kept of slices. */
  recall<K extends Kind>(
    kind: K,
    slices: readonly Slice[],
    signal: AbortSignal,
  ): Promise<readonly Recalled<K>[]> {
    const names = slices.map(({ name }) => name);
    return untilAborted(this.#workers.run({ kind, names }, { name: 'recall' }), signal);
  }

  /** Reads slices from their artifacts, and keeps what came of them. When the worker dies the artifacts are taken
   * one by one, each in a worker that holds nothing else, so that a second death is that object's doing. */
  async read<K extends Kind>(
    kind: K,
    slices: readonly Slice[],
    signal: AbortSignal,
  ): Promise<readonly SliceResult<Batches[K]>[]> {
    try {
      const wanted = slices.map(({ artifacts, name }) => ({ artifacts, name }));
      const task: ReadTask<K> = { kind, slices: wanted };
      const batches = await this.#run(this.#workers, task, signal);
      return batches.map((batch, index) => ({ batch, entries: (slices[index] as Slice).entries }));
    } catch (error) {
      if (this.#closed || !isWorkerDeath(error)) throw error;
    }
    const pieces: SliceResult<Batches[K]>[] = [];
    for (const { entries, artifacts } of slices) {
      for (const [index, artifact] of artifacts.entries()) {
        const batch = await this.#readAlone(kind, artifact, signal);
        pieces.push({ batch, entries: [entries[index] as number] });
      }
    }
    return pieces;
  }

  /** Reads one capture's prompt again. Throws LoadError, or TransientError, when it cannot be had any more. */
  async readPrompt(artifact: ArtifactKey): Promise<CapturedPrompt> {
    const found: Awaited<ReturnType<typeof loadPrompt>> = await this.#workers.run(keyOf(artifact), {
      name: 'readPrompt',
    });
    if (!('error' in found)) return found;
    throw found.transient ? new TransientError(found.error) : new LoadError(found.error);
  }

  /** Hands the task's rows, labels and runs over: they are empty here afterwards. */
  fit(task: FitTask, signal: AbortSignal): Promise<FittedSubject> {
    const arrays = [task.values, task.runs, ...task.labels.map(({ codes }) => codes)];
    const transferList = arrays.map(({ buffer }) => buffer as ArrayBuffer);
    return untilAborted(this.#workers.run(task, { name: 'fit', transferList }), signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#workers.destroy(), this.#single?.destroy()]);
  }

  async #readAlone<K extends Kind>(kind: K, artifact: ArtifactKey, signal: AbortSignal): Promise<Batches[K]> {
    this.#single ??= this.#start(1, 1);
    try {
      const task: ReadTask<K> = { kind, slices: [{ artifacts: [artifact], name: undefined }] };
      const [batch] = await this.#run(this.#single, task, signal);
      return batch as Batches[K];
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
      const reason = 'expected an artifact that a worker can hold, found that its worker ran out of memory';
      const failures = [{ position: 0, error: reason, transient: false }];
      return readerOf(kind).finish({ size: 1, failures, capturedAt: Float64Array.of(Number.NaN) });
    }
  }

  async #run<K extends Kind>(
    workers: Piscina,
    task: ReadTask<K>,
    signal: AbortSignal,
  ): Promise<readonly Batches[K][]> {
    const running: Promise<Read<K>> = workers.run(task, { name: 'read' });
    const { batches, reads } = await untilAborted(running, signal);
    this.reads.retried += reads.retried;
    this.reads.bySdk += reads.bySdk;
    return batches;
  }

  #start(threads: number, tasksPerWorker: number): Piscina {
    const { corpus, loadConcurrency, shards, heapMib = HEAP_MIB } = this.#options;
    const workerData: WorkerOptions = { corpus, loadConcurrency, shards };
    const workers = new Piscina({
      filename: new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: tasksPerWorker,
      // A worker that sleeps on Atomics between tasks would hold up the sockets it keeps alive.
      atomics: 'disabled',
      resourceLimits: { maxOldGenerationSizeMb: heapMib, maxYoungGenerationSizeMb: YOUNG_MIB },
      workerData,
    });
    // A worker that answers while the pool is being closed has nobody to answer to.
    workers.on('error', (error) => {
      if (!this.#closed) throw error;
    });
    return workers;
  }
}

function isWorkerDeath(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ||
      error.message.startsWith('worker exited with code'))
  );
}
