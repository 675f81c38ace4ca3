import { backoffDelay } from '../../../shared/backoff.ts';
import { pause } from '../../../shared/retry.ts';

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

/** Waits before the next look at a batch, after `polls` (0, 1, …) waits: ever longer. A quarter of it is left to
 * chance, so that batches sent together are not asked for together. Throws the signal's reason. */
export function waitForPoll(
  { timing, signal }: { readonly timing: Timing; readonly signal: AbortSignal },
  polls: number,
): Promise<void> {
  const { firstPollMs: base, longestPollMs: longest } = timing;
  return pause(backoffDelay({ base, factor: 1.5, longest, jitter: 0.25 }, polls + 1), signal);
}
