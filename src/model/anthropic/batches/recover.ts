import pMap from 'p-map';
import { NotFoundError } from '../../../shared/errors.ts';
import { PARALLEL } from './collect.ts';
import { type BatchDocument, HASH, isOpen } from './documents.ts';
import { MAX_REQUESTS } from './fill.ts';
import { couldBe, waitForEnd } from './locate.ts';
import { type MessageBatch, RESULTS_KEPT_MS, sizeOf } from './message-batch.ts';
import type { BatchResult } from './results.ts';
import { type BatchSession, completeCall, type InFlightBatch } from './session.ts';

/** Batches without a document that are read at once. */
const ADOPTIONS = 4;

/** Finds the calls that an earlier run, or another one, has sent already, and takes them off the queue. `follow` takes
 * the batches with a document; answers of those without one are handed over. */
export async function recoverBatches(
  session: BatchSession,
  follow: (batch: InFlightBatch) => void,
): Promise<void> {
  const { api, documents, isFirstRun, log, queue, signal } = session;
  // In this order: a batch of ours that is in the list has its document by now.
  const batches = await api.list(new Date(Date.now() - RESULTS_KEPT_MS));
  const all = await documents.readAll();
  const open = all.filter(isOpen);
  // A call that was sent again is in two of them: the newest first, which still has it under way.
  const found = open.map((document) => reattach(session, document));
  const mayBeDeleted = all.length === 0 && !isFirstRun;
  const givenUp = all.filter(({ abandoned, hashes }) => abandoned && hashes.some((hash) => queue.has(hash)));
  const couldBeOf = (intents: readonly BatchDocument[], batch: MessageBatch) =>
    intents.some((intent) => intent.batch_id === null && couldBe(batch, intent));
  const orphans = batches.filter(
    (batch) =>
      !documents.names(batch.id) &&
      sizeOf(batch) <= MAX_REQUESTS &&
      !couldBeOf(open, batch) &&
      // Nobody can tell what is in a batch under way. As long as there are documents it is another program's, or one
      // that turned up after it had been given up. Without any, they may have been deleted, and one no larger than this
      // run's work may be it.
      (batch.processing_status === 'ended' ||
        couldBeOf(givenUp, batch) ||
        (mayBeDeleted && sizeOf(batch) <= queue.size)),
  );
  for (const batch of found) if (batch.calls.length > 0) follow(batch);
  const adopt = async ({ id, processing_status }: MessageBatch) => {
    if (queue.size === 0) return;
    if (processing_status !== 'ended') log(`waiting for ${id}: it may hold these calls`);
    await adoptAnswers(session, id, (left) => documents.adopt(id, left));
  };
  await pMap(orphans, adopt, { concurrency: ADOPTIONS });
  signal.throwIfAborted();
}

/** The calls in the queue that are in the batch of a document, taken off the queue. */
function reattach({ context, log, queue }: BatchSession, document: BatchDocument): InFlightBatch {
  const calls = document.hashes.map((hash) => queue.take(hash)).filter((call) => call !== undefined);
  if (calls.length > 0)
    log(`${calls.length} calls are in ${document.batch_id ?? 'a batch to be looked for'}`);
  queue.countSend(calls);
  return {
    document,
    calls: calls.map((call) => ({ call, reservation: context.budget.reserveCommitted(call.worstUsd) })),
  };
}

/** Hands over the answers that a batch of another run has to calls in the queue. `note` takes the hashes of those that
 * it has to other calls. */
export async function adoptAnswers(
  session: BatchSession,
  id: string,
  note: (left: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const { api, context, log, queue, signal } = session;
  const left: string[] = [];
  const take = async ({ customId, answer }: BatchResult) => {
    if (!('usage' in answer) || !HASH.test(customId)) return;
    const call = queue.take(customId);
    if (!call) return void left.push(customId);
    const reservation = context.budget.reserveCommitted(call.worstUsd);
    await completeCall(session, { call, reservation }, answer);
  };
  try {
    const batch = await waitForEnd(session, id);
    // Another program's is noted, so as not to look again.
    if (!HASH.test((await api.firstCustomId(batch)) ?? '')) return void (await note([]));
    await pMap(api.results(batch), take, { concurrency: PARALLEL });
    signal.throwIfAborted();
    await note(left);
    log(`adopted ${sizeOf(batch) - left.length} of ${sizeOf(batch)} answers of ${id}`);
  } catch (error) {
    // Its results are gone, so that it holds nothing for us.
    if (!(error instanceof NotFoundError)) throw error;
  }
}
