import type Anthropic from '@anthropic-ai/sdk';
import { onAbort } from '../../../shared/abort.ts';
import { RunError, TransientError } from '../../../shared/errors.ts';
import { pause, retry } from '../../../shared/retry.ts';
import { type Failure, failureOf, MAX_TRIES, retryDelay } from '../retry.ts';

export type MessageBatch = Anthropic.Messages.MessageBatch;
export type BatchRequest = Anthropic.Messages.BatchCreateParams.Request;
export type BatchLine = Anthropic.Messages.MessageBatchIndividualResponse;

/** Longest that the creation of a batch may take. */
export const CREATE_MS = 60_000;
const PAGE = 100;
/** Readings of results that stay short of the number of requests, before they are taken as they are. */
const SHORT_READINGS = 3;

const ADVICE = new Map([
  [401, 'set ANTHROPIC_API_KEY to a key that is valid'],
  [402, 'see to the billing of the account'],
  [403, 'use a key that may create message batches'],
  [404, 'check ANTHROPIC_BASE_URL and the name of the model'],
  [413, 'look for prompts of many megabytes'],
]);

/** The endpoints of the Message Batches API. Passing failures are tried again up to eight times; after that
 * TransientError is thrown, RunError for what no further try can mend, and the signal's reason once it is aborted. */
export class BatchApi {
  readonly #client: Anthropic;
  readonly #signal: AbortSignal;
  readonly #creating: AbortSignal;

  /** A creation on its way has `graceMs` to end after `signal` was aborted. */
  constructor(client: Anthropic, signal: AbortSignal, graceMs: number) {
    this.#client = client;
    this.#signal = signal;
    this.#creating = delayed(signal, graceMs);
  }

  /** Tries once, the `tries`-th time. Without an id the time to wait before the next try is over, and `lost` says
   * whether the batch may have been created all the same. */
  async create(requests: BatchRequest[], tries: number): Promise<{ id: string } | { lost: boolean }> {
    try {
      const options = { timeout: CREATE_MS, signal: this.#creating };
      return expectBatch(await this.#client.messages.batches.create({ requests }, options));
    } catch (error) {
      const { status, maybeBilled } = await this.#again(`create a batch of ${requests.length}`, error, tries);
      return { lost: status === undefined ? maybeBilled : status !== 429 };
    }
  }

  /** Undefined for a batch that is gone, or belongs to another workspace. */
  retrieve(id: string): Promise<MessageBatch | undefined> {
    return this.#retrying(`look at batch ${id}`, async () => {
      try {
        return expectBatch(await this.#client.messages.batches.retrieve(id, {}, { signal: this.#signal }));
      } catch (error) {
        if (failureOf(error)?.status === 404) return undefined;
        throw error;
      }
    });
  }

  /** The batches created since then, newest first. */
  async list(since: Date): Promise<MessageBatch[]> {
    const batches: MessageBatch[] = [];
    for (let after: string | undefined; ; after = batches.at(-1)?.id) {
      const { data, has_more } = await this.#retrying('list the batches', () => this.#page(after));
      const recent = data.filter(({ created_at }) => Date.parse(created_at) >= since.getTime());
      batches.push(...recent);
      if (!has_more || recent.length < data.length || data.length === 0) return batches;
    }
  }

  /** The results of a batch that has ended, each once however often the stream breaks. Ends early, without an
   * error, when the signal is aborted. */
  async *results(batch: MessageBatch): AsyncGenerator<BatchLine, void> {
    const seen = new Set<string>();
    for (let tries = 1; ; tries += 1) {
      try {
        for await (const line of await this.#open(batch)) {
          if (this.#signal.aborted) return;
          if (seen.has(line.custom_id)) continue;
          seen.add(line.custom_id);
          yield line;
        }
        if (seen.size >= sizeOf(batch) || tries >= SHORT_READINGS) return;
        throw new SyntaxError(`${seen.size} results of ${sizeOf(batch)} requests`);
      } catch (error) {
        if (this.#signal.aborted) return;
        await this.#again(`read the results of batch ${batch.id}`, error, tries);
      }
    }
  }

  /** The custom id of some request of a batch that has ended. */
  firstCustomId(batch: MessageBatch): Promise<string | undefined> {
    return this.#retrying(`read the results of batch ${batch.id}`, async () => {
      for await (const line of await this.#open(batch)) return line.custom_id;
      return undefined;
    });
  }

  #open(batch: MessageBatch) {
    return this.#client.messages.batches.results(batch.id, {}, { signal: this.#signal });
  }

  /** Not by the SDK's own paging, which takes an answer that is no page for an empty one. */
  async #page(after: string | undefined): Promise<{ data: MessageBatch[]; has_more: boolean }> {
    const query = { limit: PAGE, ...(after !== undefined && { after_id: after }) };
    const options = { query, signal: this.#signal };
    const page = await this.#client.get<{ data: MessageBatch[]; has_more: boolean }>(
      '/v1/messages/batches',
      options,
    );
    if (!Array.isArray(page?.data)) throw new SyntaxError('the answer is no list of batches');
    return page;
  }

  #retrying<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const delayOf = (error: unknown, tries: number) => {
      const { retryAfterMs } = expectPassing(what, error, tries);
      return retryDelay(tries, retryAfterMs);
    };
    return retry(ask, delayOf, this.#signal);
  }

  /** Waits before another try, or throws what ends the trying. */
  async #again(what: string, error: unknown, tries: number): Promise<Failure> {
    this.#signal.throwIfAborted();
    const failure = expectPassing(what, error, tries);
    await pause(retryDelay(tries, failure.retryAfterMs), this.#signal);
    return failure;
  }
}

/** The failure behind an error. Throws what ends the trying. */
function expectPassing(what: string, error: unknown, tries: number): Failure {
  const failure = failureOf(error);
  if (!failure) throw error;
  if (failure.kind !== 'passing') throw refused(what, failure);
  if (tries < MAX_TRIES) return failure;
  throw new TransientError(
    `expected to ${what}, found ${failure.error} in ${tries} tries; run the same command again later`,
    { cause: error },
  );
}

/** Number of requests in a batch. */
export function sizeOf({ request_counts: counts }: MessageBatch): number {
  return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired;
}

function refused(what: string, { status, error }: Failure): RunError {
  const advice = ADVICE.get(status ?? 0) ?? 'see what the API says of the request';
  return new RunError(`expected to ${what}, found ${error}; ${advice}`);
}

function expectBatch(answer: MessageBatch): MessageBatch {
  // A gateway's page comes as a string; failureOf takes a SyntaxError for an answer that cannot be read.
  if (typeof answer?.id !== 'string') throw new SyntaxError('the answer is no batch');
  return answer;
}

/** Aborted `ms` after `signal`. */
function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  onAbort(signal, () => setTimeout(() => controller.abort(signal.reason), ms).unref());
  return controller.signal;
}
