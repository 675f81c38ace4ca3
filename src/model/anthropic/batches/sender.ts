import { accountReason, type Failure, MAX_TRIES } from '../../failure.ts';
import { type BatchRequest, refusal, waitForPoll } from './api.ts';
import { settleBatch } from './collect.ts';
import type { BatchDocument } from './documents.ts';
import { type FilledBatch, fillBatch } from './fill.ts';
import { findUnnamed } from './locate.ts';
import { adoptAnswers, recoverBatches } from './recover.ts';
import type { BatchSession, InFlightBatch, ReservedCall } from './session.ts';

/** Refusals that one request of a batch may be the cause of. */
const DIVISIBLE = new Set([400, 403, 404, 413, 422]);

/** Looks at the list for a batch whose creation had no answer. */
const LOOKS = 4;

/** Sends calls in batches. Every batch is followed by a task of its own until its results are in; what
 * has to be sent again returns to the queue. */
export class BatchSender {
  readonly #session: BatchSession;
  readonly #tasks = new Set<Promise<void>>();
  /** Of the batch that is being sent. */
  #unsent = new Set<ReservedCall>();

  constructor(session: BatchSession) {
    this.#session = session;
  }

  /** Resolves when nothing is under way and nothing more can be sent; throws the signal's reason. */
  async toEnd(): Promise<void> {
    await recoverBatches(this.#session, (batch) => this.#follow(batch));
    for (;;) {
      // With nothing under way the first call waits for its part of the budget, which other models may hold.
      const filled = await fillBatch(this.#session, this.#tasks.size === 0);
      if (filled.calls.length > 0) await this.#sendOrFree(filled);
      else if (this.#tasks.size > 0) await Promise.race(this.#tasks);
      else break;
    }
    this.#session.signal.throwIfAborted();
    const refused = this.#session.failures.atEnd();
    if (refused) throw refused;
  }

  /** Resolves when the tasks have taken note of the aborted signal. */
  async stopped(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  /** Calls that are not sent in the end give their part of the budget back: other models may wait for it. */
  async #sendOrFree(filled: FilledBatch): Promise<void> {
    this.#unsent = new Set(filled.calls);
    try {
      await this.#send(filled);
    } catch (error) {
      // Whether a creation that was cut off took place nobody can tell.
      const isCutOff = this.#session.signal.aborted;
      for (const { call, reservation } of this.#unsent) reservation.settle(isCutOff ? call.worstUsd : 0);
      throw error;
    }
  }

  async #send({ calls, requests }: FilledBatch, firstTry = 1): Promise<void> {
    const { documents, queue } = this.#session;
    const pending = calls.map(({ call }) => call);
    const hashes = pending.map(({ hash }) => hash);
    const intent = await documents.intend(pending[0]?.model ?? '', hashes);
    const { batch_id, collected } = intent.document;
    if (collected && batch_id !== null) {
      // Another run sent and collected the same batch since this one looked its calls up.
      for (const { reservation } of calls) reservation.settle(0);
      queue.putBack(pending);
      return adoptAnswers(this.#session, batch_id, (left) => documents.close(intent.document, left));
    }
    // Where another run is creating the same batch, its answers are ours, too.
    const created = intent.isOurs ? await this.#create(intent.document, requests, firstTry) : intent.document;
    if ('refused' in created) {
      await documents.abandon(intent.document, created.lost);
      return this.#refused({ calls, requests }, created.refused);
    }
    queue.countSend(pending);
    this.#follow({ document: created, calls });
  }

  /** Resolves to the intent with the batch's id; without one, when a batch in the list may be it. */
  async #create(
    intent: BatchDocument,
    requests: readonly BatchRequest[],
    firstTry: number,
  ): Promise<BatchDocument | { readonly lost: boolean; readonly refused: Failure }> {
    const { api, documents, log } = this.#session;
    let current = intent;
    for (let tries = firstTry; ; tries += 1) {
      const created = await api.create(requests, tries);
      if ('id' in created) {
        log(`sent ${requests.length} calls to ${current.model} in ${created.id}`);
        return documents.name(current, created.id);
      }
      // The answer was lost, but perhaps not the batch.
      if (created.lost && (await this.#mayExist(current))) return current;
      if (created.refused) return { lost: created.lost, refused: created.refused };
      current = await documents.renew(current);
    }
  }

  /** Whether a batch in the list may be the one intended. The list may be some seconds behind. */
  async #mayExist(intent: BatchDocument): Promise<boolean> {
    this.#session.log('the answer to a creation was lost; looking for the batch in the list');
    for (let looks = 0; looks < LOOKS; looks += 1) {
      if (await findUnnamed(this.#session, intent)) return true;
      await waitForPoll(this.#session, looks);
    }
    return false;
  }

  /** Halves a batch that the API will not take, down to the one call that it will not take. Throws RunError when that
   * is no matter of some call. */
  async #refused({ calls, requests }: FilledBatch, failure: Failure): Promise<void> {
    const { context, failures } = this.#session;
    const { reason, error, status, passing } = failure;
    const [only] = calls;
    const mayBeOfOne = failures.answers || passing || DIVISIBLE.has(status ?? 0);
    if (accountReason(error) !== undefined || !mayBeOfOne)
      throw refusal(`create a batch of ${calls.length}`, failure);
    if (calls.length > 1) {
      const half = Math.ceil(calls.length / 2);
      // What did not pass in all tries is tried twice more, with the longest waits.
      const firstTry = passing ? MAX_TRIES - 1 : 1;
      await this.#send({ calls: calls.slice(0, half), requests: requests.slice(0, half) }, firstTry);
      return this.#send({ calls: calls.slice(half), requests: requests.slice(half) }, firstTry);
    }
    if (!only) return;
    only.reservation.settle(0);
    const outcome = { reason, error, transient: passing };
    // Whoever finds a batch of one too large may find any: each costs two requests, so that few are tried.
    const judged = status === 413 ? { ...outcome, reason: 'batch_too_large' } : outcome;
    const hopeless = failures.begin()(judged);
    if (hopeless) throw hopeless;
    await context.completed(only.call, outcome);
  }

  /** Starts the task that sees a batch to its end. What it does not come to may be billed all the same. */
  #follow(batch: InFlightBatch): void {
    for (const one of batch.calls) this.#unsent.delete(one);
    const task = settleBatch(this.#session, batch)
      .catch(this.#session.fail)
      .finally(() => {
        for (const { call, reservation } of batch.calls) reservation.settle(call.worstUsd);
        this.#tasks.delete(task);
      });
    this.#tasks.add(task);
  }
}
