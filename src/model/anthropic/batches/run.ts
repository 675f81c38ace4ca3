import pMap from 'p-map';
import { ReplayError, RunError, TransientError } from '../../../shared/errors.ts';
import type { Reservation } from '../../budget.ts';
import type { CallContext, Message, PendingCall } from '../../call.ts';
import { FailureDetector } from '../../failure-detector.ts';
import {
  type BatchApi,
  type BatchLine,
  type BatchRequest,
  CREATE_MS,
  type MessageBatch,
  pause,
  sizeOf,
} from './api.ts';
import type { BatchDocument, BatchDocuments } from './documents.ts';
import { outcomeOf, type Unanswered } from './outcome.ts';

/** The API takes 100,000 requests and 256 MB; smaller batches end sooner and keep less in memory. */
const MAX_REQUESTS = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** How often a request is sent before an expired or failed one is given up. */
const MAX_SENDS = 3;
/** Requests that are read, and outcomes that are taken in, at once. */
const PARALLEL = 32;
const ADOPTIONS = 4;
/** How long the API keeps results. */
const RESULTS_KEPT_MS = 29 * 24 * 3_600_000;
/** How far this machine's clock and the API's may be apart. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** A custom id of ours: the hash of a call. */
const HASH = /^[0-9a-f]{64}$/;
/** Milliseconds. */
export interface Timing {
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** Age at which a batch that was intended and is not in the list is taken as never created. Longer than its
   * creation may take: the process that intends it may be alive. */
  readonly intentMs: number;
  /** For a creation under way when the run is interrupted. */
  readonly graceMs: number;
}

export interface BatchRunOptions {
  readonly calls: readonly PendingCall[];
  readonly context: CallContext;
  readonly api: BatchApi;
  readonly documents: BatchDocuments;
  readonly timing: Timing;
  readonly isFirstRun: boolean;
  readonly log: (line: string) => void;
  /** Of the interruption, or of `fail`. */
  readonly signal: AbortSignal;
  /** Aborts `signal` with this error. */
  readonly fail: (error: unknown) => void;
}

/** A call in a batch, and the room held for it. */
interface ReservedCall {
  readonly call: PendingCall;
  readonly reservation: Reservation;
}

/** Calls that are, or may be, under way in the batch of a document. */
interface InFlightBatch {
  readonly document: BatchDocument;
  readonly legs: readonly ReservedCall[];
}

/** One run of the batches transport. Every shipment is followed by a task of its own until its results are in;
 * what has to be sent again returns to the queue. */
export class BatchRun {
  readonly #options: BatchRunOptions;
  readonly #context: CallContext;
  readonly #api: BatchApi;
  readonly #documents: BatchDocuments;
  readonly #signal: AbortSignal;
  readonly #place: ReadonlyMap<string, number>;
  #queue: PendingCall[];
  /** Times that a call was sent, by hash. */
  readonly #sends = new Map<string, number>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #failures: FailureDetector;

  constructor(options: BatchRunOptions) {
    this.#options = options;
    this.#context = options.context;
    this.#api = options.api;
    this.#documents = options.documents;
    this.#signal = options.signal;
    this.#queue = [...options.calls];
    this.#failures = new FailureDetector(options.calls[0]?.model ?? '', options.context.known);
    this.#place = new Map(options.calls.map(({ hash }, place) => [hash, place]));
  }

  /** Resolves when nothing is under way and nothing more can be sent; throws the signal's reason. */
  async toEnd(): Promise<void> {
    await this.#recover();
    for (;;) {
      const legs: ReservedCall[] = [];
      const requests = await this.#fill(legs);
      this.#signal.throwIfAborted();
      if (legs.length > 0) await this.#send(legs, requests);
      else if (this.#tasks.size > 0) await Promise.race(this.#tasks);
      else return;
    }
  }

  /** Resolves when the tasks have taken note of the aborted signal. */
  async stopped(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  /** Finds the calls that an earlier run, or another one, has sent already, and takes them off the queue. */
  async #recover(): Promise<void> {
    // In this order: a batch of ours that is in the list has its document by now.
    const batches = await this.#api.list(new Date(Date.now() - RESULTS_KEPT_MS));
    const documents = await this.#documents.readAll();
    const open = documents.filter(({ state }) => state === 'open');
    const pending = new Map(this.#queue.map((call) => [call.hash, call]));
    // A call that was sent again is in two of them: the newest first, which still has it under way.
    for (const document of open) this.#reattach(document, pending);

    const mayBeDeleted = documents.length === 0 && !this.#options.isFirstRun;
    const intents = open.filter(({ batchId }) => batchId === null);
    const orphans = batches.filter(
      (batch) =>
        !this.#documents.names(batch.id) &&
        sizeOf(batch) <= MAX_REQUESTS &&
        !intents.some((intent) => couldBe(batch, intent)) &&
        // Nobody can tell what is in a batch under way. As long as there are documents it is another program's;
        // without any, they may have been deleted, and one no larger than this run's work may be it.
        (batch.processing_status === 'ended' || (mayBeDeleted && sizeOf(batch) <= pending.size)),
    );
    await pMap(orphans, (batch) => this.#adopt(batch, pending), { concurrency: ADOPTIONS });
    this.#signal.throwIfAborted();
    this.#queue = [...pending.values()];
  }

  /** Follows the batch of a document if it holds any of the pending calls, and takes those out. */
  #reattach(document: BatchDocument, pending: Map<string, PendingCall>): void {
    const calls = document.hashes.map((hash) => pending.get(hash)).filter((call) => call !== undefined);
    if (calls.length === 0) return;
    const legs = calls.map((call) => ({
      call,
      reservation: this.#context.budget.reserveCommitted(call.worstUsd),
    }));
    for (const { hash } of calls) {
      pending.delete(hash);
      this.#sends.set(hash, 1);
    }
    this.#options.log(`${calls.length} calls are in ${document.batchId ?? 'a batch to be looked for'}`);
    this.#follow({ document, legs });
  }

  /** Takes the pending calls' answers out of a batch that has no document. */
  async #adopt({ id, processing_status }: MessageBatch, pending: Map<string, PendingCall>): Promise<void> {
    if (pending.size === 0) return;
    if (processing_status !== 'ended') this.#options.log(`waiting for ${id}: it may hold these calls`);
    const batch = await this.#ended(id);
    if (!batch) return;
    if (!HASH.test((await this.#api.firstCustomId(batch)) ?? '')) {
      // Another program's: noted, so as not to look again.
      await this.#documents.adopt(id, []);
      return;
    }
    const left: string[] = [];
    const take = async ({ custom_id: hash, result }: BatchLine) => {
      if (result.type !== 'succeeded') return;
      const call = pending.get(hash);
      if (!call) return void left.push(hash);
      pending.delete(hash);
      const reservation = this.#context.budget.reserveCommitted(call.worstUsd);
      await this.#complete({ call, reservation }, result.message);
    };
    await pMap(this.#api.results(batch), take, { concurrency: PARALLEL });
    this.#signal.throwIfAborted();
    await this.#documents.adopt(id, left);
    this.#options.log(`adopted ${sizeOf(batch) - left.length} of ${sizeOf(batch)} answers of ${id}`);
  }

  /** Takes calls off the queue into `legs`, as many as the budget and a batch have room for, and returns their
   * requests. */
  async #fill(legs: ReservedCall[]): Promise<BatchRequest[]> {
    const requests: BatchRequest[] = [];
    for (let bytes = 0; bytes < MAX_BYTES && legs.length < MAX_REQUESTS; ) {
      const reserved = await this.#reserve(Math.min(PARALLEL, MAX_REQUESTS - legs.length), legs.length === 0);
      if (reserved.length === 0) break;
      const read = await pMap(reserved, (leg) => this.#request(leg));
      this.#signal.throwIfAborted();
      for (const [index, request] of read.entries()) {
        if (!request) continue;
        legs.push(reserved[index] as ReservedCall);
        requests.push(request);
        bytes += Buffer.byteLength(JSON.stringify(request));
      }
    }
    return requests;
  }

  /** Reserves the next calls, as far as they fit. With nothing under way, the first of a batch waits for its
   * room: the budget may be shared with other runs, or be at its end. */
  async #reserve(most: number, first: boolean): Promise<ReservedCall[]> {
    const { budget } = this.#context;
    const legs: ReservedCall[] = [];
    if (budget.exhausted) return legs;
    for (const call of this.#queue.slice(0, most)) {
      const waits = first && legs.length === 0 && this.#tasks.size === 0;
      const reservation =
        budget.tryReserve(call.worstUsd) ?? (waits ? await this.#room(call.worstUsd) : undefined);
      if (!reservation) break;
      legs.push({ call, reservation });
    }
    this.#queue.splice(0, legs.length);
    return legs;
  }

  async #room(usd: number): Promise<Reservation | undefined> {
    const reserved = this.#context.budget.reserve(usd);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.#signal.reason);
    this.#signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([reserved, aborted]);
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  /** A call's request; undefined, and the call done, when it cannot be had. */
  async #request({ call, reservation }: ReservedCall): Promise<BatchRequest | undefined> {
    try {
      return { custom_id: call.hash, params: await call.request() };
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      reservation.settle(0);
      const transient = error instanceof TransientError;
      const outcome = { reason: 'unreadable', error: error.message, transient };
      await this.#context.completed(call, outcome);
      return undefined;
    }
  }

  async #send(legs: readonly ReservedCall[], requests: BatchRequest[]): Promise<void> {
    for (const { call } of legs) this.#sends.set(call.hash, (this.#sends.get(call.hash) ?? 0) + 1);
    const model = legs[0]?.call.model ?? '';
    const intent = await this.#documents.intend(
      model,
      legs.map(({ call }) => call.hash),
    );
    this.#follow({ document: await this.#create(intent, requests), legs });
  }

  /** Resolves to the intent with the batch's id; without one, when a batch in the list may be it. */
  async #create(intent: BatchDocument, requests: BatchRequest[]): Promise<BatchDocument> {
    let current = intent;
    for (let tries = 1; ; tries += 1) {
      const created = await this.#tryCreate(current, requests, tries);
      if ('id' in created) {
        this.#options.log(`sent ${requests.length} calls to ${current.model} in ${created.id}`);
        return this.#documents.name(current, created.id);
      }
      // The answer was lost, but perhaps not the batch.
      if (created.lost && (await this.#candidate(current, new Set()))) return current;
      current = await this.#documents.renew(current);
    }
  }

  async #tryCreate(intent: BatchDocument, requests: BatchRequest[], tries: number) {
    try {
      return await this.#api.create(requests, tries);
    } catch (error) {
      // Refused for good: nobody needs to look for it.
      if (error instanceof RunError) await this.#documents.abandon(intent);
      throw error;
    }
  }

  /** Starts the task that sees a shipment to its end. */
  #follow(shipment: InFlightBatch): void {
    const { batchId } = shipment.document;
    const task = (batchId === null ? this.#find(shipment) : this.#collect(shipment, batchId))
      .catch(this.#options.fail)
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** Looks for a batch that was intended and may have been created, and collects it. */
  async #find({ document: intent, legs }: InFlightBatch): Promise<void> {
    const others = new Set<string>();
    for (let polls = 0; ; polls += 1) {
      // The process that intends it may be alive and learn the id.
      const document = (await this.#documents.read(intent.key)) ?? intent;
      if (document.batchId !== null) return this.#collect({ document, legs }, document.batchId);
      const candidate = await this.#candidate(document, others);
      if (candidate) {
        const batch = await this.#ended(candidate.id);
        const customId = batch && (await this.#api.firstCustomId(batch));
        if (customId !== undefined && document.hashes.includes(customId)) {
          return this.#collect({ document: { ...document, batchId: candidate.id }, legs }, candidate.id);
        }
        others.add(candidate.id);
      } else if (Date.now() - Date.parse(document.createdAt) > this.#options.timing.intentMs) {
        return this.#release({ document, legs });
      } else {
        await this.#poll(polls);
      }
    }
  }

  /** A batch that nobody has named and that may be the one intended: only its results will tell. */
  async #candidate(intent: BatchDocument, others: ReadonlySet<string>): Promise<MessageBatch | undefined> {
    const since = new Date(Date.parse(intent.createdAt) - CLOCK_SKEW_MS);
    const batches = await this.#api.list(since);
    return batches.find(
      (batch) => !this.#documents.names(batch.id) && !others.has(batch.id) && couldBe(batch, intent),
    );
  }

  /** Waits for a batch's end and takes in its results. */
  async #collect({ document, legs }: InFlightBatch, batchId: string): Promise<void> {
    const batch = await this.#ended(batchId);
    if (!batch) return this.#release({ document, legs });
    const missing = new Map(legs.map((leg) => [leg.call.hash, leg]));
    const failures: [PendingCall, Unanswered][] = [];
    const left: string[] = [];
    const take = async ({ custom_id: hash, result }: BatchLine) => {
      const leg = missing.get(hash);
      if (!leg) return void (result.type === 'succeeded' && left.push(hash));
      missing.delete(hash);
      if (result.type === 'succeeded') return this.#complete(leg, result.message);
      leg.reservation.settle(0);
      failures.push([leg.call, result]);
    };
    await pMap(this.#api.results(batch), take, { concurrency: PARALLEL });
    this.#signal.throwIfAborted();
    for (const { call, reservation } of missing.values()) {
      reservation.settle(0);
      failures.push([call, undefined]);
    }
    // First of all: should the failures end this run, the next one must send these calls, not find them here.
    await this.#documents.close(document, left);
    const again = await this.#sortOut(failures);
    this.#requeue(again);
    this.#options.log(
      `${batchId} ended: ${legs.length - again.length} calls done, ${again.length} to send again`,
    );
  }

  async #complete({ call, reservation }: ReservedCall, message: Message): Promise<void> {
    reservation.settle(this.#context.cost(message));
    const outcome = { message, latencyMs: null };
    this.#failures.begin()(outcome);
    await this.#context.completed(call, outcome);
  }

  /** Returns the calls to send again; the others are done. Throws RunError when no call can be expected to fare
   * better, which is judged by whole batches. */
  async #sortOut(failures: readonly [PendingCall, Unanswered][]): Promise<PendingCall[]> {
    const again: PendingCall[] = [];
    for (const [call, result] of failures) {
      const outcome = outcomeOf(result);
      if (outcome.transient && (this.#sends.get(call.hash) ?? 0) < MAX_SENDS) {
        again.push(call);
        continue;
      }
      const hopeless = this.#failures.begin()(outcome);
      if (hopeless) throw hopeless;
      await this.#context.completed(call, outcome);
    }
    return again;
  }

  /** The calls of a batch that does not exist go back to the queue. */
  async #release({ document, legs }: InFlightBatch): Promise<void> {
    this.#options.log(
      `${document.batchId ?? 'an intended batch'} does not exist: ${legs.length} calls to send`,
    );
    await this.#documents.abandon(document);
    for (const { reservation } of legs) reservation.settle(0);
    this.#requeue(legs.map(({ call }) => call));
  }

  #requeue(calls: readonly PendingCall[]): void {
    const place = ({ hash }: PendingCall) => this.#place.get(hash) ?? 0;
    this.#queue = [...calls, ...this.#queue].sort((one, other) => place(one) - place(other));
  }

  /** Waits until a batch has ended; undefined when it, or its results, are gone. */
  async #ended(id: string): Promise<MessageBatch | undefined> {
    for (let polls = 0; ; polls += 1) {
      const batch = await this.#api.retrieve(id);
      if (batch?.processing_status === 'ended') return batch.results_url === null ? undefined : batch;
      if (!batch) return undefined;
      await this.#poll(polls);
    }
  }

  /** Waits ever longer, a quarter of it left to chance so that batches sent together are not asked for together. */
  #poll(polls: number): Promise<void> {
    const { firstPollMs, longestPollMs } = this.#options.timing;
    const ms = Math.min(longestPollMs, firstPollMs * 1.5 ** polls);
    return pause(ms * (0.75 + Math.random() / 4), this.#signal);
  }
}

/** Whether a batch may be the one intended, going by its size and the time of its creation. */
function couldBe(batch: MessageBatch, intent: BatchDocument): boolean {
  const late = Date.parse(batch.created_at) - Date.parse(intent.createdAt);
  return sizeOf(batch) === intent.hashes.length && late > -CLOCK_SKEW_MS && late < CREATE_MS + CLOCK_SKEW_MS;
}
