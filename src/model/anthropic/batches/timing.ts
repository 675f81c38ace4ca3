import { backoffDelay } from '../../../shared/backoff.ts';

/** Milliseconds. */
export interface Timing {
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** Age at which an intended batch that is not in the list counts as never created. It is longer than a creation
   * may take: the process that intends the batch may be alive. */
  readonly intentMs: number;
  /** How long a batch, or its results, may not be found until they count as gone. */
  readonly goneMs: number;
  /** For a creation under way when the run is interrupted. */
  readonly graceMs: number;
}

/** Milliseconds before the next look at a batch, after `polls` (0, 1, …) waits: ever longer. A quarter of it is left to
 * chance, so that batches sent together are not asked for together. */
export function pollDelay({ firstPollMs: base, longestPollMs: longest }: Timing, polls: number): number {
  return backoffDelay({ base, factor: 1.5, longest, jitter: 0.25 }, polls + 1);
}
