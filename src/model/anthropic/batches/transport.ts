import type Anthropic from '@anthropic-ai/sdk';
import type { Store } from '../../../store/store.ts';
import type { CallContext, PendingCall, Transport } from '../../call.ts';
import { FailureDetector } from '../../failure-detector.ts';
import { BatchApi, type Timing } from './api.ts';
import { BatchDocuments } from './documents.ts';
import { CallQueue } from './queue.ts';
import { BatchSender } from './sender.ts';

const TIMING: Timing = {
  firstPollMs: 1_000,
  longestPollMs: 60_000,
  intentMs: 75_000,
  goneMs: 5 * 60_000,
  graceMs: 5_000,
};

export interface BatchesOptions {
  /** Must not retry by itself. */
  readonly client: Anthropic;
  /** Where `_replay_batches/` is. */
  readonly store: Store;
  readonly runId: string;
  /** Whether no earlier run can have sent a batch: then nobody else's is waited for. */
  readonly isFirstRun?: boolean;
  /** Takes lines for people: batches sent, found, ended. */
  readonly log?: (line: string) => void;
  readonly timing?: Partial<Timing>;
}

/** Calls by way of the Message Batches API, at half the price. A batch outlives the run that sent it: what is
 * under way, or was never read, is found again before anything is sent: by its document, or in the list of
 * batches. */
export class BatchesTransport implements Transport {
  readonly #options: BatchesOptions;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  async send(calls: readonly PendingCall[], context: CallContext): Promise<void> {
    const [first] = calls;
    if (!first || context.signal.aborted) return;
    const { client, store, runId, isFirstRun = false, log = () => {} } = this.#options;
    const timing = { ...TIMING, ...this.#options.timing };
    const failed = new AbortController();
    const signal = AbortSignal.any([context.signal, failed.signal]);
    const session = {
      context,
      queue: new CallQueue(calls),
      api: new BatchApi({ client, signal, timing, log }),
      documents: new BatchDocuments(store, runId),
      failures: new FailureDetector(`${first.model} at ${client.baseURL}`, context.known),
      timing,
      log,
      signal,
      fail: (error: unknown) => failed.abort(error),
      isFirstRun,
    };
    const sender = new BatchSender(session);
    try {
      await sender.toEnd();
    } catch (error) {
      if (!context.signal.aborted || error !== context.signal.reason) throw error;
    } finally {
      failed.abort();
      await sender.stopped();
    }
  }
}
