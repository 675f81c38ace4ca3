import { createHash, randomBytes } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import type { MessageBody } from './answer.ts';
import { checkMessage } from './check.ts';
import { errorType, Refusal } from './refusal.ts';

type MessageBatch = Anthropic.Messages.MessageBatch;
type Result = Anthropic.Messages.MessageBatchResult;
type ResultType = Result['type'];

const DAY_MS = 24 * 3_600_000;

/** What becomes of a request in a batch; `{ errored }` names the type of its error. */
type BatchVerdict = ResultType | { readonly errored: string };

export interface BatchOptions {
  /** Milliseconds from its creation to a batch's end; Infinity leaves that to `end`. */
  readonly durationMs?: number | ((batchIndex: number) => number);
  readonly result?: (customId: string, params: MessageBody, batchIndex: number) => BatchVerdict;
}

export interface BatchRequest {
  readonly custom_id: string;
  readonly params: MessageBody;
}

/** One Message Batch. */
export class Batch {
  id = `msgbatch_${randomBytes(12).toString('hex')}`;
  /** Number of batches before this one. */
  readonly index: number;
  readonly requests: readonly BatchRequest[];
  createdAt = new Date();
  endedAt: Date | undefined;
  cancelledAt: Date | undefined;
  #ending: Promise<void> | undefined;
  readonly #results = new Map<string, Result>();

  constructor(index: number, requests: readonly BatchRequest[]) {
    this.index = index;
    this.requests = requests;
  }

  /** Ends it, once: `resolve` is asked for the result of every request. */
  end(resolve: (request: BatchRequest) => Promise<Result>): Promise<void> {
    this.#ending ??= this.#end(resolve);
    return this.#ending;
  }

  async #end(resolve: (request: BatchRequest) => Promise<Result>): Promise<void> {
    for (const request of this.requests) {
      this.#results.set(request.custom_id, this.cancelledAt ? { type: 'canceled' } : await resolve(request));
    }
    this.endedAt = new Date();
  }

  view(url: string): MessageBatch {
    const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    // The API counts all as processing until the whole batch has ended.
    for (const { custom_id } of this.requests) {
      counts[this.endedAt ? (this.#results.get(custom_id)?.type ?? 'processing') : 'processing'] += 1;
    }
    return {
      id: this.id,
      type: 'message_batch',
      processing_status: this.endedAt ? 'ended' : this.cancelledAt ? 'canceling' : 'in_progress',
      request_counts: counts,
      created_at: this.createdAt.toISOString(),
      expires_at: new Date(this.createdAt.getTime() + DAY_MS).toISOString(),
      ended_at: this.endedAt?.toISOString() ?? null,
      archived_at: null,
      cancel_initiated_at: this.cancelledAt?.toISOString() ?? null,
      results_url: this.endedAt ? `${url}/v1/messages/batches/${this.id}/results` : null,
    };
  }

  /** One line per request, in an order that has nothing to do with that of the requests. */
  lines(): string {
    const place = (customId: string) => createHash('md5').update(`${this.id}${customId}`).digest('hex');
    return [...this.#results]
      .map(([custom_id, result]) => ({ at: place(custom_id), line: JSON.stringify({ custom_id, result }) }))
      .sort((one, other) => (one.at < other.at ? -1 : 1))
      .map(({ line }) => `${line}\n`)
      .join('');
  }
}

/** Refuses what the API refuses when a batch is created. The messages themselves it looks at later. */
export function checkBatch(body: unknown): asserts body is { requests: BatchRequest[] } {
  const requests = (body as { requests?: unknown } | null)?.requests;
  if (!Array.isArray(requests) || requests.length === 0) {
    throw new Refusal(400, 'requests: List should have at least 1 item');
  }
  if (requests.length > 100_000) throw new Refusal(400, 'requests: List should have at most 100000 items');
  const ids = new Set<string>();
  for (const [index, request] of requests.entries()) {
    const id: unknown = request?.custom_id;
    if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(id)) {
      throw new Refusal(400, `requests.${index}.custom_id: String should match '^[a-zA-Z0-9_-]{1,64}$'`);
    }
    if (ids.has(id)) throw new Refusal(400, `requests.${index}.custom_id: '${id}' is not unique`);
    ids.add(id);
    if (typeof request.params !== 'object')
      throw new Refusal(400, `requests.${index}.params: Field required`);
  }
}

/** The result of a request that gets no answer; undefined for one that is to be answered. */
export function unanswered(
  request: BatchRequest,
  batchIndex: number,
  { result }: BatchOptions,
  models: readonly string[] | undefined,
): Result | undefined {
  try {
    checkMessage(request.params, models);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return errored(errorType(error.status), error.message);
  }
  const verdict = result?.(request.custom_id, request.params, batchIndex) ?? 'succeeded';
  if (typeof verdict === 'object') return errored(verdict.errored, 'scripted');
  if (verdict === 'succeeded') return undefined;
  return verdict === 'errored' ? errored('api_error', 'scripted') : { type: verdict };
}

function errored(type: string, message: string): Result {
  return { type: 'errored', error: { type: 'error', error: { type, message }, request_id: null } } as Result;
}
