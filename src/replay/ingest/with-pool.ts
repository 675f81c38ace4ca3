import { WorkerPool } from '../../pool/pool.ts';
import type { ReplaySettings, WindowSettings } from '../../settings/settings.ts';

/** Starts the threads of a job: one for a shell-run and for a job that reads one artifact. */
export function startPool(settings: WindowSettings | ReplaySettings): WorkerPool {
  const { job, corpus, out, writesNothing, dryRunLlm } = settings;
  if (job === 'single') return new WorkerPool({ corpus, threads: 1, loadConcurrency: 1 });
  const { loadConcurrency, noCache } = settings;
  const threads = dryRunLlm ? 1 : settings.threads;
  const shards = noCache ? undefined : { uri: out, writes: !writesNothing };
  return new WorkerPool({ corpus, threads, loadConcurrency, shards });
}

/** Closes a pool once `use` is done with it. */
export async function withPool<T>(pool: WorkerPool, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await pool.close();
  }
}
