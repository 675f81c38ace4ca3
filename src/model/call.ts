import { ReplayError } from '../shared/errors.ts';
import type { Budget } from './budget.ts';
import type { Message } from './message.ts';

/** A call that is to be made. */
export interface PendingCall {
  /** SHA-256 of all that is asked, in hex: what was paid for under it is never paid for again. */
  readonly hash: string;
  readonly model: string;
  /** Longest answer, tokens. */
  readonly maxTokens: number;
  /** Upper bound of what the call can take of the budget: USD, or 1 where that counts calls without a known price. It may
   * grow until the call is begun. */
  readonly worstUsd: number;
  /** The request itself, of the model's wire: a prompt is held only while it is on its way. Throws ReplayError when it
   * cannot be had. */
  request(): Promise<object>;
  /** Asked, in the order of the calls, right before this one is begun; false where its answer is of no use any more, and
   * once aborted. It may wait for calls that were begun before. Absent where the call is made in any case; batches do
   * not ask. */
  isWanted?(signal: AbortSignal): Promise<boolean>;
}

/** What became of a call: the answer, or why there is none after all tries. `reason` is a short name to count by.
 * `transient`: the same call may succeed in another run. */
export type CallOutcome = { readonly message: Message; readonly latencyMs: number | null } | FailedCall;

export interface FailedCall {
  readonly reason: string;
  readonly error: string;
  readonly transient: boolean;
}

/** The outcome of a call whose request threw this. Throws what is a fault of the program. */
export function unreadable(error: unknown): FailedCall {
  if (!(error instanceof ReplayError)) throw error;
  return { reason: 'unreadable', error: error.message, transient: error.exitCode === 75 };
}

/** What a transport is given beside the calls. */
export interface CallContext {
  readonly budget: Budget;
  /** Once aborted no call is begun; calls on their way have a few seconds to end. */
  readonly signal: AbortSignal;
  /** Calls of this model that were answered before: proof that it answers such calls. */
  readonly known: number;
  /** What a completed call takes of the budget, in the same unit. */
  cost(message: Message): number;
  /** Takes a call's outcome in; awaited before the call counts as done, so that what is paid is kept at once. */
  completed(call: PendingCall, outcome: CallOutcome): Promise<void>;
}

/** A way to put calls to a model. */
export interface Transport {
  /** Makes the calls in their order and resolves when no more of them can be made: all are done, the budget
   * allows no other (`budget.exhausted`), or the signal was aborted. A call that was not begun, or not wanted, has no
   * outcome.
   *
   * Throws RunError when every further call would fail the same way (bad key, unknown model, …) and
   * TransientError when the service is unreachable from the start. */
  send(calls: readonly PendingCall[], context: CallContext): Promise<void>;
}
