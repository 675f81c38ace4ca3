import type { Entry } from '../../corpus/listing.ts';
import type { FaultKind } from '../../pool/load.ts';
import { type Outcome, sampleOf } from '../../publish/result.ts';

/** An artifact that could not be read. */
export interface LoadFailure {
  /** Position in the listing. */
  readonly entry: number;
  readonly error: string;
  readonly kind: FaultKind;
}

/** So many artifacts may always be lost to faults of access. */
const ALWAYS_ALLOWED = 10;

/** Whether a run loses so many of the artifacts that it reads to faults of access that its numbers would mislead. */
export function losesTooMany(lost: number, artifacts: number, maxLostShare: number): boolean {
  return lost > Math.max(ALWAYS_ALLOWED, maxLostShare * artifacts);
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

/** The outcome of a run that lost so many of the `artifacts` it was to read that nothing may be concluded from the
 * rest; undefined for any other. It publishes nothing, so that the same command can, once everything can be read. */
export function tooManyFailed(
  entries: readonly Entry[],
  failures: readonly LoadFailure[],
  artifacts: number,
  maxLostShare: number,
): Outcome | undefined {
  const lost = failures.filter(({ kind }) => kind !== 'content');
  const isEvery = failures.length > 0 && failures.length >= artifacts;
  if (!isEvery && !losesTooMany(lost.length, artifacts, maxLostShare)) return undefined;
  const keyed = keyedFailures(entries, failures);
  const [first] = keyedFailures(entries, lost.length > 0 ? lost : failures);
  const found = isEvery
    ? 'found that every one failed'
    : `found that ${lost.length} could not be had, when the run stopped reading; --max-lost-share is ${maxLostShare}`;
  const passes = lost.length > 0 && lost.every(({ kind }) => kind === 'passing');
  return {
    status: 'ERROR',
    exitCode: passes ? 75 : 1,
    error: `expected to read ${artifacts} artifacts, ${found}; the first: ${first?.key}: ${first?.error}`,
    summary: { load_failures: { count: keyed.length, sample: sampleOf(keyed) } },
    lists: { load_failures: keyed },
  };
}
