import { WorkerPool } from '../../pool/pool.ts';
import type { Settings } from '../../settings/settings.ts';

/** The pool as the settings have it. */
export function poolFor(settings: Settings, threads: number): WorkerPool {
  const { corpus, out, loadConcurrency, noCache, writesNothing } = settings;
  const shards = noCache ? undefined : { uri: out, writes: !writesNothing };
  return new WorkerPool({ corpus, threads, loadConcurrency, shards });
}
