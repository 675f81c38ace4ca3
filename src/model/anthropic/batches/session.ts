import type { Reservation } from '../../budget.ts';
import type { CallContext, PendingCall } from '../../call.ts';
import type { FailureDetector } from '../../failure-detector.ts';
import type { Message } from '../../message.ts';
import type { BatchApi, Timing } from './api.ts';
import type { BatchDocument, BatchDocuments } from './documents.ts';
import type { CallQueue } from './queue.ts';

/** A call in a batch, and the part of the budget that is held for it. */
export interface ReservedCall {
  readonly call: PendingCall;
  readonly reservation: Reservation;
}

/** Calls that are, or may be, under way in the batch of a document. */
export interface InFlightBatch {
  readonly document: BatchDocument;
  readonly calls: readonly ReservedCall[];
}

/** What the parts of one sender have in common. */
export interface BatchSession {
  readonly context: CallContext;
  readonly queue: CallQueue;
  readonly api: BatchApi;
  readonly documents: BatchDocuments;
  readonly failures: FailureDetector;
  readonly timing: Timing;
  readonly log: (line: string) => void;
  /** Aborted by an interruption, or when a part of the sender failed. */
  readonly signal: AbortSignal;
  /** Aborts it with this error. */
  readonly fail: (error: unknown) => void;
  /** Whether no earlier run can have sent a batch. */
  readonly isFirstRun: boolean;
}

/** Hands over a call's answer. */
export async function completeCall(
  { context, failures }: BatchSession,
  { call, reservation }: ReservedCall,
  message: Message,
): Promise<void> {
  reservation.settle(context.cost(message));
  const outcome = { message, latencyMs: null };
  failures.begin()(outcome);
  await context.completed(call, outcome);
}
