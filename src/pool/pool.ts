import { Piscina } from 'piscina';
import type { ArtifactKey } from '../corpus/key.ts';
import { untilAborted } from '../shared/abort.ts';
import { backoffDelay } from '../shared/backoff.ts';
import { TransientError } from '../shared/errors.ts';
import { lacksResources } from '../shared/resources.ts';
import { retry } from '../shared/retry.ts';
import { type Answer, type Counts, unwrap } from './answer.ts';
import type { CapturedPrompt } from './candidates.ts';
import { WORKER } from './code-version.ts';
import type { FittedSubject } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import type { SliceContent, Wanted } from './load.ts';
import { type Kind, readerOf, type SliceContents } from './reader.ts';
import type { Kept } from './shards.ts';
import { keyOf, type Slice, wantedOf } from './slices.ts';
import type { ReadTask, RecallTask, WorkerOptions } from './worker.ts';

/** So many that those behind fill the tails of those before: the loads in flight are limited apart. */
const TASKS_PER_WORKER = 4;
const HEAP_MIB = 448;
/** Objects live for one slice; more room for the young only delays their collection. */
const YOUNG_MIB = 32;
/** Tries to start the workers, the first included. */
const STARTS = 7;
const START_BACKOFF = { base: 800, factor: 2, longest: 5_000, jitter: 0.5 };

export interface PoolOptions extends WorkerOptions {
  readonly threads: number;
  /** Heap of a worker, beyond which it dies. */
  readonly heapMib?: number;
}

/** What became of artifacts at these positions of the listing. */
export interface SliceResult<C extends SliceContent> {
  readonly entries: readonly number[];
  readonly content: C;
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
  readonly #workers: Promise<Piscina>;
  #single: Promise<Piscina> | undefined;
  readonly #closed = new AbortController();
  /** Aborted when a worker cannot be replaced; the reason is the error to throw. */
  readonly #broken = new AbortController();
  /** What happened in all workers beside their answers. */
  readonly counts: Counts = { retried: 0, bySdk: 0, notKept: 0 };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#workers = this.#start(options.threads, TASKS_PER_WORKER);
    // Whoever needs a worker hears of it.
    this.#workers.catch(() => {});
  }

  /** Resolves when every thread has imported all it needs. */
  async boot(): Promise<void> {
    await this.#workers;
  }

  /** Takes what is kept of slices. Throws what of the store's errors concern the run. */
  recall<K extends Kind>(
    kind: K,
    slices: readonly Slice[],
    signal: AbortSignal,
  ): Promise<readonly Kept<SliceContents[K]>[]> {
    const task: RecallTask<K> = {
      kind,
      slices: slices.map(({ name, artifacts }) => ({ name, size: artifacts.length })),
    };
    return this.#call(this.#workers, 'recall', task, { signal });
  }

  /** Reads slices from their artifacts, and keeps what came of them. When the worker dies the artifacts are taken
   * one by one, each in a worker that holds nothing else, so that a second death is that object's doing. Throws what of
   * the store's errors concern the run. */
  async read<K extends Kind>(
    kind: K,
    slices: readonly Slice[],
    signal: AbortSignal,
  ): Promise<readonly SliceResult<SliceContents[K]>[]> {
    try {
      const wanted = slices.map(({ artifacts, name }) => ({ artifacts: artifacts.map(wantedOf), name }));
      const task: ReadTask<K> = { kind, slices: wanted };
      const contents: SliceContents[K][] = await this.#call(this.#workers, 'read', task, { signal });
      return contents.map((content, index) => ({ content, entries: (slices[index] as Slice).entries }));
    } catch (error) {
      if (this.#closed.signal.aborted || !isWorkerDeath(error)) throw error;
    }
    const results: SliceResult<SliceContents[K]>[] = [];
    for (const { entries, artifacts } of slices) {
      for (const [index, artifact] of artifacts.entries()) {
        const content = await this.#readAlone(kind, artifact, signal);
        results.push({ content, entries: [entries[index] as number] });
      }
    }
    return results;
  }

  /** Reads one capture's prompt again. Throws ReplayError when it cannot be had any more. */
  readPrompt(artifact: ArtifactKey): Promise<CapturedPrompt> {
    return this.#call(this.#workers, 'readPrompt', keyOf(artifact));
  }

  /** Takes what is kept of a task's fit; undefined without. Throws what of the store's errors concern the run. */
  recallFit(task: FitTask, signal: AbortSignal): Promise<FittedSubject | undefined> {
    return this.#call(this.#workers, 'recallFit', task, { signal });
  }

  /** Fits a task's rules, and keeps them. Rows in shared memory are not copied. */
  fit(task: FitTask, signal: AbortSignal): Promise<FittedSubject> {
    return this.#call(this.#workers, 'fit', task, { signal });
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the pool is closed'));
    const pools = await Promise.allSettled([this.#workers, this.#single]);
    await Promise.all(pools.map((pool) => pool.status === 'fulfilled' && pool.value?.destroy()));
  }

  async #readAlone<K extends Kind>(
    kind: K,
    artifact: Wanted,
    signal: AbortSignal,
  ): Promise<SliceContents[K]> {
    this.#single ??= this.#start(1, 1);
    try {
      const task: ReadTask<K> = { kind, slices: [{ artifacts: [wantedOf(artifact)], name: undefined }] };
      const [content]: SliceContents[K][] = await this.#call(this.#single, 'read', task, { signal });
      return content as SliceContents[K];
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
      const reason = 'expected an artifact that a worker can hold, found that its worker ran out of memory';
      const failures = [{ position: 0, error: reason, kind: 'content' as const }];
      return readerOf(kind).finish({
        size: 1,
        failures,
        capturedAt: Float64Array.of(Number.NaN),
        usd: Float64Array.of(Number.NaN),
        metered: [],
      });
    }
  }

  async #call<T>(
    starting: Promise<Piscina>,
    name: string,
    task: unknown,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T> {
    const ending = AbortSignal.any([this.#broken.signal, ...(signal ? [signal] : [])]);
    const workers = await untilAborted(starting, ending);
    const running: Promise<Answer<T>> = workers.run(task, { name });
    const answer = await untilAborted(running, ending);
    const { retried, bySdk, notKept, notKeptReason } = answer.counts;
    this.counts.retried += retried;
    this.counts.bySdk += bySdk;
    this.counts.notKept += notKept;
    if (notKeptReason !== undefined) this.counts.notKeptReason ??= notKeptReason;
    return unwrap(answer);
  }

  /** Starts workers, at last fewer than asked for: each needs memory and descriptors, which may be short for a while.
   * Throws TransientError when not one can be started. */
  #start(threads: number, tasksPerWorker: number): Promise<Piscina> {
    let wanted = threads;
    return retry(
      async () => {
        const workers = this.#create(wanted, tasksPerWorker);
        try {
          // Each goes to the least busy worker: one to each of them.
          await Promise.all(Array.from({ length: wanted }, () => workers.run(undefined, { name: 'boot' })));
          workers.on('error', (error) => this.#breakBy(error));
          return workers;
        } catch (error) {
          await workers.destroy();
          throw error;
        }
      },
      (error, tries) => {
        this.#closed.signal.throwIfAborted();
        if (!lacksResources(error)) throw error;
        if (tries >= STARTS) throw cannotStart(error);
        wanted = Math.max(1, Math.floor(wanted / 2));
        return backoffDelay(START_BACKOFF, tries);
      },
      this.#closed.signal,
    );
  }

  /** One that takes the place of a worker that died has no task when it fails to start. */
  #breakBy(error: unknown): void {
    // One that answers while the pool is being closed has nobody to answer to.
    if (this.#closed.signal.aborted) return;
    this.#broken.abort(lacksResources(error) ? cannotStart(error) : error);
  }

  #create(threads: number, tasksPerWorker: number): Piscina {
    const { corpus, loadConcurrency, shards, heapMib = HEAP_MIB } = this.#options;
    const workerData: WorkerOptions = { corpus, loadConcurrency, shards };
    const workers = new Piscina({
      filename: WORKER.href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: tasksPerWorker,
      // A worker that sleeps on Atomics between tasks would hold up the sockets it keeps alive.
      atomics: 'disabled',
      resourceLimits: { maxOldGenerationSizeMb: heapMib, maxYoungGenerationSizeMb: YOUNG_MIB },
      workerData,
    });
    // What a worker throws while it has no task. The first ones to start have one each.
    workers.on('error', () => {});
    return workers;
  }
}

function cannotStart(cause: unknown): TransientError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new TransientError(
    `expected to start a worker thread, found ${found}; give this process more memory and open files (ulimit -n), or lower --threads`,
    { cause },
  );
}

function isWorkerDeath(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ||
      error.message.startsWith('worker exited with code'))
  );
}
