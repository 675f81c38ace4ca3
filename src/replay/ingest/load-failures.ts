import type { LoadedBatch } from '../../pool/load.ts';
import { type Outcome, sampleOf } from '../../publish/result.ts';
import type { ArtifactAggregator, LoadFailure } from './artifact-aggregator.ts';

/** Load failures as results name them. */
export function keyedFailures(failures: readonly LoadFailure[]): { key: string; error: string }[] {
  return failures.map(({ entry, error }) => ({ key: entry.key, error }));
}

/** The outcome of a run none of whose artifacts could be read; undefined when one could, or there was none. */
export function everythingFailed({
  entries,
  failures,
}: ArtifactAggregator<LoadedBatch>): Outcome | undefined {
  if (failures.length === 0 || failures.length < entries.length) return undefined;
  const keyed = keyedFailures(failures);
  return {
    status: 'ERROR',
    exitCode: failures.every(({ transient }) => transient) ? 75 : 1,
    error: `expected to read ${keyed.length} artifacts, found that every one failed, the first with: ${keyed[0]?.error}`,
    summary: { load_failures: { count: keyed.length, sample: sampleOf(keyed) } },
    lists: { load_failures: keyed },
  };
}
