import { RunError } from '../../../shared/errors.ts';
import type { PendingCall } from '../../call.ts';
import type { BatchRequest } from './api.ts';
import { settleBatch } from './collect.ts';
import type { BatchDocument } from './documents.ts';
import { type FilledBatch, fillBatch } from './fill.ts';
import { findCandidate } from './locate.ts';
import { CallQueue } from './queue.ts';
import { recoverBatches } from './recover.ts';
import type { BatchSession, InFlightBatch } from './session.ts';

export interface BatchRunOptions {
  readonly session: BatchSession;
  readonly calls: readonly PendingCall[];
  /** Whether no earlier run can have sent a batch. */
  readonly isFirstRun: boolean;
  /** Aborts the session's signal with this error. */
  readonly fail: (error: unknown) => void;
}

/** One run of the batches transport. Every batch is followed by a task of its own until its results are in; what
 * has to be sent again returns to the queue. */
export class BatchRun {
  readonly #session: BatchSession;
  readonly #queue: CallQueue;
  readonly #isFirstRun: boolean;
  readonly #fail: (error: unknown) => void;
  readonly #tasks = new Set<Promise<void>>();

  constructor({ session, calls, isFirstRun, fail }: BatchRunOptions) {
    this.#session = session;
    this.#queue = new CallQueue(calls);
    this.#isFirstRun = isFirstRun;
    this.#fail = fail;
  }

  /** Resolves when nothing is under way and nothing more can be sent; throws the signal's reason. */
  async toEnd(): Promise<void> {
    const recovered = await recoverBatches(this.#session, this.#queue, this.#isFirstRun);
    for (const batch of recovered) this.#follow(batch);
    for (;;) {
      // With nothing under way the first call waits for its part of the budget, which other models may hold.
      const filled = await fillBatch(this.#session, this.#queue, this.#tasks.size === 0);
      this.#session.signal.throwIfAborted();
      if (filled.calls.length > 0) await this.#send(filled);
      else if (this.#tasks.size > 0) await Promise.race(this.#tasks);
      else return;
    }
  }

  /** Resolves when the tasks have taken note of the aborted signal. */
  async stopped(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  async #send({ calls, requests }: FilledBatch): Promise<void> {
    const pending = calls.map(({ call }) => call);
    this.#queue.countSend(pending);
    const hashes = pending.map(({ hash }) => hash);
    const intent = await this.#session.documents.intend(pending[0]?.model ?? '', hashes);
    this.#follow({ document: await this.#create(intent, requests), calls });
  }

  /** Resolves to the intent with the batch's id; without one, when a batch in the list may be it. */
  async #create(intent: BatchDocument, requests: BatchRequest[]): Promise<BatchDocument> {
    const { documents, log } = this.#session;
    let current = intent;
    for (let tries = 1; ; tries += 1) {
      const created = await this.#tryCreate(current, requests, tries);
      if ('id' in created) {
        log(`sent ${requests.length} calls to ${current.model} in ${created.id}`);
        return documents.name(current, created.id);
      }
      // The answer was lost, but perhaps not the batch.
      if (created.lost && (await findCandidate(this.#session, current))) return current;
      current = await documents.renew(current);
    }
  }

  async #tryCreate(intent: BatchDocument, requests: BatchRequest[], tries: number) {
    try {
      return await this.#session.api.create(requests, tries);
    } catch (error) {
      // Refused for good: nobody needs to look for it.
      if (error instanceof RunError) await this.#session.documents.abandon(intent);
      throw error;
    }
  }

  /** Starts the task that sees a batch to its end. */
  #follow(batch: InFlightBatch): void {
    const task = settleBatch(this.#session, this.#queue, batch)
      .catch(this.#fail)
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }
}
