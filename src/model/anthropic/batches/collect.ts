import pMap from 'p-map';
import { NotFoundError, type ReplayError } from '../../../shared/errors.ts';
import type { FailedCall, PendingCall } from '../../call.ts';
import { HASH } from './documents.ts';
import { locateBatch, waitForEnd } from './locate.ts';
import { type BatchResult, NO_RESULT } from './results.ts';
import { type BatchSession, completeCall, type InFlightBatch, type ReservedCall } from './session.ts';

/** Outcomes that are taken in at once. */
export const PARALLEL = 32;

/** Sees a batch to its end: waits for it, hands over its answers, and puts what has to be sent again back in the
 * queue. Throws RunError when no further call can be expected to be answered. */
export async function settleBatch(
  session: BatchSession,
  { document: noted, calls }: InFlightBatch,
): Promise<void> {
  const document = noted.batch_id === null ? await locateBatch(session, noted) : noted;
  if (!document?.batch_id) return giveUp(session, { document: noted, calls }, 'was not created');
  try {
    await collect(session, document.batch_id, { document, calls });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // It was created, so that it may be billed: nobody will tell.
    for (const { call, reservation } of calls) reservation.settle(call.worstUsd);
    await giveUp(session, { document, calls }, 'is gone');
  }
}

async function collect(
  session: BatchSession,
  batchId: string,
  { document, calls }: InFlightBatch,
): Promise<void> {
  const { api, context, documents, failures: detector, log, queue, signal } = session;
  const batch = await waitForEnd(session, batchId);
  const missing = new Map(calls.map((one) => [one.call.hash, one]));
  const failed: [PendingCall, FailedCall][] = [];
  const again: PendingCall[] = [];
  const left: string[] = [];
  let hopeless: ReplayError | undefined;
  const fail = ({ call }: ReservedCall, { reason, error, transient }: FailedCall) => {
    if (transient && queue.maySend(call)) return void again.push(call);
    hopeless ??= detector.begin()({ reason, error, transient });
    failed.push([call, { reason, error, transient }]);
  };
  const take = async ({ customId, answer }: BatchResult) => {
    const one = missing.get(customId);
    if (!one) return void ('usage' in answer && HASH.test(customId) && left.push(customId));
    missing.delete(customId);
    if ('usage' in answer) return completeCall(session, one, answer);
    one.reservation.settle(answer.maybeBilled ? one.call.worstUsd : 0);
    fail(one, answer);
  };
  // What was sent again may be the very calls whose results nobody can read.
  const areSentAgain = calls.every(({ call }) => queue.isSentAgain(call));
  await pMap(api.results(batch, areSentAgain), take, { concurrency: PARALLEL });
  signal.throwIfAborted();
  for (const one of missing.values()) {
    one.reservation.settle(one.call.worstUsd);
    fail(one, NO_RESULT);
  }
  // Before anything else: should the failures end this run, the next one must send these calls, not find them here.
  await documents.close(document, left);
  if (hopeless) throw hopeless;
  for (const [call, outcome] of failed) await context.completed(call, outcome);
  queue.putBack(again);
  log(`${batch.id} ended: ${calls.length - again.length} calls done, ${again.length} to send again`);
}

/** Sends the calls of a batch again that does not exist, those excepted that were sent often enough. */
async function giveUp(
  { context, documents, log, queue }: BatchSession,
  { document, calls }: InFlightBatch,
  why: string,
): Promise<void> {
  const name = document.batch_id ?? 'an intended batch';
  const again = calls.map(({ call }) => call).filter((call) => queue.maySend(call));
  log(`${name} ${why}: ${again.length} of its ${calls.length} calls to send again`);
  await documents.abandon(document, true);
  for (const { call, reservation } of calls) {
    reservation.settle(0);
    const outcome = { reason: 'batch_gone', error: `${name} ${why}`, transient: true };
    if (!queue.maySend(call)) await context.completed(call, outcome);
  }
  queue.putBack(again);
}
