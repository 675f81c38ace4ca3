import type { FaultKind } from '../../pool/load.ts';
import { listOf, type Outcome } from '../../publish/result.ts';
import type { LoadFailure } from './artifact-aggregator.ts';

/** So many artifacts may always be lost to faults of access. */
const ALWAYS_ALLOWED = 10;

/** Whether a fault of this kind loses an artifact that could have been read: one of access, not of its content. */
export function isLost({ kind }: { readonly kind: FaultKind }): boolean {
  return kind !== 'content';
}

/** Whether a run loses so many of the artifacts that it reads to faults of access that its numbers would mislead. */
export function losesTooMany(lost: number, artifacts: number, maxLostShare: number): boolean {
  return lost > Math.max(ALWAYS_ALLOWED, maxLostShare * artifacts);
}

/** Load failures as results name them. */
export function keyedFailures(failures: readonly LoadFailure[]): { key: string; error: string }[] {
  return failures.map(({ entry, error }) => ({ key: entry.key, error }));
}

/** The outcome of a run that lost so many of the `artifacts` it was to read that nothing may be concluded from the
 * rest; undefined for any other. It publishes nothing, so that the same command can, once everything can be read. */
export function tooManyFailed(
  failures: readonly LoadFailure[],
  artifacts: number,
  maxLostShare: number,
): Outcome | undefined {
  const lost = failures.filter(isLost);
  const isEvery = failures.length > 0 && failures.length >= artifacts;
  if (!isEvery && !losesTooMany(lost.length, artifacts, maxLostShare)) return undefined;
  const keyed = keyedFailures(failures);
  const [first] = lost.length > 0 ? keyedFailures(lost) : keyed;
  const found = isEvery
    ? 'found that every one failed'
    : `found that ${lost.length} could not be had, when the run stopped reading; --max-lost-share is ${maxLostShare}`;
  const passes = lost.length > 0 && lost.every(({ kind }) => kind === 'passing');
  return {
    status: 'ERROR',
    exitCode: passes ? 75 : 1,
    error: `expected to read ${artifacts} artifacts, ${found}; the first: ${first?.key}: ${first?.error}`,
    found: { summary: { load_failures: listOf(keyed) }, lists: { load_failures: keyed } },
  };
}
