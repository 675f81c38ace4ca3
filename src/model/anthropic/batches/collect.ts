import pMap from 'p-map';
import type { PendingCall } from '../../call.ts';
import type { BatchLine } from './api.ts';
import type { BatchDocument } from './documents.ts';
import { locateBatch, waitForEnd } from './locate.ts';
import { outcomeOf, type Unanswered } from './outcome.ts';
import type { CallQueue } from './queue.ts';
import { type BatchSession, completeCall, type InFlightBatch } from './session.ts';

/** Outcomes that are taken in at once. */
export const PARALLEL = 32;

/** Sees a batch to its end: waits for it, hands over its answers, and puts what has to be sent again back in the
 * queue. Throws RunError when no further call can be expected to be answered. */
export async function settleBatch(
  session: BatchSession,
  queue: CallQueue,
  { document: noted, calls }: InFlightBatch,
): Promise<void> {
  const document = noted.batchId === null ? await locateBatch(session, noted) : noted;
  const batch = document?.batchId ? await waitForEnd(session, document.batchId) : undefined;
  if (!document || !batch) return release(session, queue, { document: document ?? noted, calls });
  const missing = new Map(calls.map((one) => [one.call.hash, one]));
  const failures: [PendingCall, Unanswered][] = [];
  const left: string[] = [];
  const take = async ({ custom_id: hash, result }: BatchLine) => {
    const one = missing.get(hash);
    if (!one) return void (result.type === 'succeeded' && left.push(hash));
    missing.delete(hash);
    if (result.type === 'succeeded') return completeCall(session, one, result.message);
    one.reservation.settle(0);
    failures.push([one.call, result]);
  };
  await pMap(session.api.results(batch), take, { concurrency: PARALLEL });
  session.signal.throwIfAborted();
  for (const { call, reservation } of missing.values()) {
    reservation.settle(0);
    failures.push([call, undefined]);
  }
  // Before anything else: should the failures end this run, the next one must send these calls, not find them here.
  await session.documents.close(document, left);
  const again = await sortOut(session, queue, failures);
  queue.putBack(again);
  session.log(`${batch.id} ended: ${calls.length - again.length} calls done, ${again.length} to send again`);
}

/** Resolves to the calls to send again; the others are done. Throws RunError when no call can be expected to fare
 * better, which is judged by whole batches. */
async function sortOut(
  { context, failures: detector }: BatchSession,
  queue: CallQueue,
  failures: readonly [PendingCall, Unanswered][],
): Promise<PendingCall[]> {
  const again: PendingCall[] = [];
  for (const [call, result] of failures) {
    const outcome = outcomeOf(result);
    if (outcome.transient && queue.maySend(call)) {
      again.push(call);
      continue;
    }
    const hopeless = detector.begin()(outcome);
    if (hopeless) throw hopeless;
    await context.completed(call, outcome);
  }
  return again;
}

/** Puts the calls of a batch that does not exist back in the queue. */
async function release(
  { documents, log }: BatchSession,
  queue: CallQueue,
  { document, calls }: { document: BatchDocument } & Pick<InFlightBatch, 'calls'>,
): Promise<void> {
  log(`${document.batchId ?? 'an intended batch'} does not exist: ${calls.length} calls to send`);
  await documents.abandon(document);
  for (const { reservation } of calls) reservation.settle(0);
  queue.putBack(calls.map(({ call }) => call));
}
