import type { Entry } from '../../corpus/listing.ts';
import { type Outcome, sampleOf } from '../../publish/result.ts';

/** An artifact that could not be read. */
export interface LoadFailure {
  /** Position in the listing. */
  readonly entry: number;
  readonly error: string;
  readonly transient: boolean;
}

/** Load failures as results name them, in the order of the listing. */
export function keyedFailures(
  entries: readonly Entry[],
  failures: readonly LoadFailure[],
): { key: string; error: string }[] {
  return [...failures]
    .sort((a, b) => a.entry - b.entry)
    .map(({ entry, error }) => ({ key: entries[entry]?.key as string, error }));
}

/** The outcome of a run none of whose artifacts could be read; undefined when one could, or there was none. */
export function everythingFailed(
  entries: readonly Entry[],
  failures: readonly LoadFailure[],
): Outcome | undefined {
  if (failures.length === 0 || failures.length < entries.length) return undefined;
  const keyed = keyedFailures(entries, failures);
  return {
    status: 'ERROR',
    exitCode: failures.every(({ transient }) => transient) ? 75 : 1,
    error: `expected to read ${keyed.length} artifacts, found that every one failed, the first with: ${keyed[0]?.error}`,
    summary: { load_failures: { count: keyed.length, sample: sampleOf(keyed) } },
    lists: { load_failures: keyed },
  };
}
