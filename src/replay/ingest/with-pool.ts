import { WorkerPool } from '../../pool/pool.ts';
import type { SingleSettings, WindowSettings } from '../../settings/settings.ts';

type PoolSettings = Pick<
  WindowSettings,
  'corpus' | 'out' | 'threads' | 'loadConcurrency' | 'noCache' | 'writesNothing'
>;

/** Starts a pool for what `use` does with it, and closes it. */
export async function withPool<T>(settings: PoolSettings, use: (pool: WorkerPool) => Promise<T>): Promise<T> {
  const { corpus, out, threads, loadConcurrency, noCache, writesNothing } = settings;
  const shards = noCache ? undefined : { uri: out, writes: !writesNothing };
  const pool = new WorkerPool({ corpus, threads, loadConcurrency, shards });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

/** What a shell-run does of a pool: boots one thread. */
export function bootPool(settings: WindowSettings | SingleSettings): Promise<void> {
  return withPool({ ...settings, threads: 1, loadConcurrency: 1 }, (pool) => pool.boot());
}
