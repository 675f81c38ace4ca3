import type Anthropic from '@anthropic-ai/sdk';
import { onAbort } from '../../../shared/abort.ts';
import { backoffDelay } from '../../../shared/backoff.ts';
import { NotFoundError, RunError, TransientError } from '../../../shared/errors.ts';
import { pause, retry } from '../../../shared/retry.ts';
import {
  accountReason,
  type Failure,
  failureOf,
  LONG_WAIT_MS,
  MAX_TRIES,
  retryDelay,
  truncated,
} from '../../failure.ts';
import { expectBatch, isForeign, type MessageBatch, readPage, sizeOf } from './message-batch.ts';
import { type BatchResult, linesOf, readResult } from './results.ts';

export type BatchRequest = Anthropic.Messages.BatchCreateParams.Request;

/** Longest that the creation of a batch may take. */
export const CREATE_MS = 60_000;
const PATH = '/v1/messages/batches';
const PAGE = 100;
/** Readings of results that stay short of the number of requests, before they are taken as they are. */
const SHORT_READINGS = 3;
/** Refusals in a row to show a batch that are believed: a gateway may give one, or a replica that is behind. */
const REFUSALS = 3;

/** How a try to create a batch ended. `lost`: there is no answer that can be read, and whether the batch exists nobody
 * can tell yet. `refused`: the API does not take these requests, for good or in as many tries as there are. */
export type Creation = { readonly id: string } | { readonly lost: boolean; readonly refused?: Failure };

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

interface BatchApiOptions {
  /** Must not retry by itself. */
  readonly client: Anthropic;
  readonly signal: AbortSignal;
  readonly timing: Timing;
  readonly log: (line: string) => void;
}

/** The endpoints of the Message Batches API. Passing failures are tried again up to eight times; after that
 * TransientError is thrown, RunError for what no further try can mend, and the signal's reason once it is aborted. */
export class BatchApi {
  readonly #options: BatchApiOptions;
  readonly #signal: AbortSignal;
  readonly #creating: AbortSignal;

  constructor(options: BatchApiOptions) {
    this.#options = options;
    this.#signal = options.signal;
    this.#creating = delayed(options.signal, options.timing.graceMs);
  }

  /** Tries once, the `tries`-th time. Where the batch may be created by another try, the time to wait before that is
   * over. */
  async create(requests: readonly BatchRequest[], tries: number): Promise<Creation> {
    try {
      const options = { timeout: CREATE_MS, signal: this.#creating };
      const body = { requests: [...requests] };
      const created = await this.#options.client.messages.batches.create(body, options);
      if (isForeign(created)) {
        // It was created by something that answers in another form: each try would be billed.
        throw new RunError(
          `expected to create a batch of ${requests.length}, found one that cannot be followed: ${truncated(JSON.stringify(created))}; it may be billed; check ANTHROPIC_BASE_URL`,
        );
      }
      return { id: expectBatch(created).id };
    } catch (error) {
      this.#signal.throwIfAborted();
      const failure = expectFailure(error);
      const { passing, status, maybeBilled } = failure;
      const lost = passing && (status === undefined ? maybeBilled : status !== 429);
      if (!passing || (lost && tries >= MAX_TRIES)) return { lost, refused: failure };
      await this.#waitAfter(`create a batch of ${requests.length}`, failure, tries);
      return { lost };
    }
  }

  /** Undefined for a batch that is not found. */
  retrieve(id: string): Promise<MessageBatch | undefined> {
    return this.#retrying(`look at batch ${id}`, async () => {
      try {
        const { batches } = this.#options.client.messages;
        return expectBatch(await batches.retrieve(id, {}, { signal: this.#signal }), id);
      } catch (error) {
        if (failureOf(error, 'ANTHROPIC')?.status === 404) return undefined;
        throw error;
      }
    });
  }

  /** The batches created since then, newest first, each once. Not by the SDK's own paging, which takes an answer that is
   * no page for an empty one. Throws RunError for pages that do not move on. */
  async list(since: Date): Promise<MessageBatch[]> {
    const batches = new Map<string, MessageBatch>();
    for (let after: string | undefined; ; ) {
      const query = { limit: PAGE, ...(after !== undefined && { after_id: after }) };
      const { listed, last, hasMore } = await this.#retrying('list the batches', async () =>
        readPage(await this.#options.client.get(PATH, { query, signal: this.#signal })),
      );
      const known = batches.size;
      const recent = listed.filter(({ created_at }) => Date.parse(created_at) >= since.getTime());
      for (const batch of recent) batches.set(batch.id, batch);
      if (!hasMore || recent.length < listed.length) return [...batches.values()];
      if (last === undefined || batches.size === known) {
        throw new RunError(
          'expected each page of the list of batches to move on, found one without a new batch at its end; check ANTHROPIC_BASE_URL',
        );
      }
      after = last;
    }
  }

  /** The results of a batch that has ended, each once however often the stream breaks. Ends early, without an
   * error, when the signal is aborted. Throws NotFoundError when they are gone. `maySayNothing`: none that can be read, in
   * all tries, are what there is. */
  async *results(batch: MessageBatch, maySayNothing = false): AsyncGenerator<BatchResult, void> {
    const seen = new Set<string>();
    for (let tries = 1; ; tries += 1) {
      try {
        for await (const line of linesOf(await this.#open(batch.id))) {
          if (this.#signal.aborted) return;
          const result = readResult(line);
          if (!result || seen.has(result.customId)) continue;
          seen.add(result.customId);
          yield result;
        }
        // Where nothing can be read, the answers may be there all the same: they must not be paid for again.
        const enough = seen.size > 0 ? SHORT_READINGS : maySayNothing ? MAX_TRIES : Number.POSITIVE_INFINITY;
        if (seen.size >= sizeOf(batch) || tries >= enough) return;
        throw new SyntaxError(`${seen.size} results of ${sizeOf(batch)} requests`);
      } catch (error) {
        if (this.#signal.aborted) return;
        if (error instanceof NotFoundError) throw error;
        await this.#waitAfter(`read the results of batch ${batch.id}`, expectFailure(error), tries);
      }
    }
  }

  /** The custom id of some request of a batch that has ended. Throws NotFoundError when its results are gone. */
  async firstCustomId(batch: MessageBatch): Promise<string | undefined> {
    for await (const { customId } of this.results(batch)) return customId;
    return undefined;
  }

  /** Opens the results at the address of the service, never at one that an answer names. */
  async #open(id: string): Promise<Response> {
    const options = { signal: this.#signal, __binaryResponse: true };
    const until = performance.now() + this.#options.timing.goneMs;
    for (let polls = 0; ; polls += 1) {
      try {
        return await this.#options.client.get<Response>(`${PATH}/${encodeURIComponent(id)}/results`, options);
      } catch (error) {
        if (failureOf(error, 'ANTHROPIC')?.status !== 404) throw error;
        if (performance.now() > until) throw new NotFoundError(`the results of batch ${id} are gone`);
        if (polls === 0)
          this.#options.log(`the results of ${id} are not found; asking again for some minutes`);
        await waitForPoll(this.#options, polls);
      }
    }
  }

  #retrying<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const delayOf = (error: unknown, tries: number) => this.#delayAfter(what, expectFailure(error), tries);
    return retry(ask, delayOf, this.#signal);
  }

  /** Waits before another try, or throws what ends the trying. */
  #waitAfter(what: string, failure: Failure, tries: number): Promise<void> {
    return pause(this.#delayAfter(what, failure, tries), this.#signal);
  }

  /** Milliseconds to wait before another try. Throws what ends the trying. */
  #delayAfter(what: string, failure: Failure, tries: number): number {
    const isOfAccount = accountReason(failure.error) !== undefined;
    if (!failure.passing && (isOfAccount || tries >= REFUSALS)) throw refusal(what, failure);
    if (tries >= MAX_TRIES) {
      throw new TransientError(
        `expected to ${what}, found ${failure.error} in ${tries} tries; run the same command again later`,
      );
    }
    const wait = retryDelay(tries, failure.retryAfterMs);
    const line = `waiting ${Math.round(wait / 1_000)} s before another try to ${what} after ${failure.error}`;
    if (wait > LONG_WAIT_MS) this.#options.log(line);
    return wait;
  }
}

/** The failure behind an error; throws the error when there is none, but a fault of the program. */
function expectFailure(error: unknown): Failure {
  const failure = failureOf(error, 'ANTHROPIC');
  if (!failure) throw error;
  return failure;
}

/** The error of a run that the API refuses something for good. */
export function refusal(what: string, { error }: Failure): RunError {
  return new RunError(`expected to ${what}, found ${error}`);
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

/** Aborted `ms` after `signal`. */
function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  onAbort(signal, () => setTimeout(() => controller.abort(signal.reason), ms).unref());
  return controller.signal;
}
