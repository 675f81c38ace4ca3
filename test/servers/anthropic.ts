import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { inputTokens, type MessageBody, messageOf } from './anthropic/answer.ts';
import { Batch, type BatchOptions, type BatchRequest, checkBatch, unanswered } from './anthropic/batches.ts';
import { checkMessage } from './anthropic/check.ts';
import { RateLimit, type RateLimitOptions } from './anthropic/rate-limit.ts';
import { errorType, Refusal } from './anthropic/refusal.ts';
import { type ChatOptions, chatError, completionOf, messageBodyOf } from './openai/chat.ts';
import { messageBodyOfResponse, responseOf } from './openai/responses.ts';

export { type MessageBody, reply } from './anthropic/answer.ts';
export type { Batch } from './anthropic/batches.ts';
export type { RateLimitOptions } from './anthropic/rate-limit.ts';
export { Refusal } from './anthropic/refusal.ts';

type Usage = Anthropic.Usage;

/** What goes wrong with one request. Where all is done it is paid. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
    }
  /** The connection is reset, nothing was done. */
  | 'reset'
  /** All is done, then the connection is reset before the answer. */
  | 'lost'
  /** All is done, the connection breaks in the middle of the answer's body. */
  | 'cut'
  /** All is done, the body is no JSON though its type says so. */
  | 'garbled'
  /** All is done, the answer is some gateway's HTML page, with status 200. */
  | 'page'
  /** Nothing is done and nothing is answered, the connection held open. */
  | 'stall';

/** An answer as it is sent; a body that is no text is sent as JSON. */
interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** USD per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
}

export interface AnthropicOptions {
  /** What the model says: a JSON value, or a `reply(…)`. `{}` by default. */
  readonly answer?: (request: MessageBody) => unknown;
  /** Models that exist; all by default. */
  readonly models?: readonly string[];
  /** By model; 1 and 5 USD where it is not named. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Milliseconds from a message's arrival to its answer. */
  readonly latencyMs?: number | ((request: MessageBody) => number);
  /** The n-th meets the n-th request of any kind, or as the function says. */
  readonly faults?:
    | readonly (Fault | undefined)[]
    | ((requestIndex: number, request: Received) => Fault | undefined);
  /** Answers a request as it is told, in the server's place. Nothing is done or paid. */
  readonly instead?: (request: Received, server: AnthropicServer) => RawAnswer | undefined;
  /** Of each model. */
  readonly rateLimit?: RateLimitOptions;
  readonly batch?: BatchOptions;
  /** Of its Chat Completions. */
  readonly chat?: ChatOptions;
  /** Called when a message is paid for, before its answer is sent; `'withhold'` keeps the answer back for ever. */
  readonly onMessage?: (request: Received) => undefined | 'withhold' | Promise<undefined | 'withhold'>;
  /** The same for a batch that is created. May throw a `Refusal`: the batch is there all the same. */
  readonly onBatchCreated?: (batch: Batch) => undefined | 'withhold' | Promise<undefined | 'withhold'>;
}

/** A request as it came. */
export interface Received {
  /** Number of requests before it. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed; undefined when there is none. */
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was answered; undefined as long as nothing is. */
  status: number | undefined;
}

/** A call that was billed. */
export interface Paid {
  readonly request: MessageBody;
  readonly usage: Usage;
  readonly usd: number;
  /** Whether the answer never reached the client whole; the results of a batch never count as lost. */
  readonly lost: boolean;
  readonly batchId: string | undefined;
  readonly at: number;
}

/** A scripted Anthropic API that keeps account of all it is asked and all that is paid. The same models are reached by
 * Chat Completions and Responses, too: what is asked there is translated, checked, answered and billed as a message is. */
export async function startAnthropic(options: AnthropicOptions = {}): Promise<AnthropicServer> {
  const server = new AnthropicServer(options);
  await server.listen();
  return server;
}

export class AnthropicServer {
  /** May be replaced while the server runs. */
  options: AnthropicOptions;
  /** Every request in the order of arrival. */
  readonly requests: Received[] = [];
  /** Every billed call in the order of completion. */
  readonly paid: Paid[] = [];
  /** In the order of creation. */
  readonly batches: Batch[] = [];
  /** The most messages that were under way at once. */
  inFlightMax = 0;
  #inFlight = 0;
  readonly #limits = new Map<string, RateLimit>();
  readonly #server = createServer({ requestTimeout: 0 }, (request, response) => {
    this.#handle(request, response).catch((error) => response.destroy(error));
  });

  constructor(options: AnthropicOptions) {
    this.options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What makes the SDK talk to this server. */
  get environment() {
    const openAi = { OPENAI_BASE_URL: `${this.url}/v1`, OPENAI_API_KEY: 'test' };
    return { ANTHROPIC_BASE_URL: this.url, ANTHROPIC_API_KEY: 'test', ...openAi };
  }

  get paidUsd(): number {
    return this.paid.reduce((sum, { usd }) => sum + usd, 0);
  }

  /** When a 429 was answered, milliseconds since 1970. */
  get rateLimited(): number[] {
    return this.requests.filter(({ status }) => status === 429).map(({ at }) => at);
  }

  /** How often each request was paid for, by its body as JSON text. */
  paidByBody(): Map<string, number> {
    const times = new Map<string, number>();
    for (const { request } of this.paid) {
      const body = JSON.stringify(request);
      times.set(body, (times.get(body) ?? 0) + 1);
    }
    return times;
  }

  /** Requests of messages, or of batches created. */
  posts(path: '/v1/messages' | '/v1/messages/batches' | '/v1/chat/completions'): Received[] {
    return this.requests.filter((request) => request.method === 'POST' && request.path === path);
  }

  /** Also to come back on the port it had, after `close`. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** Ends a batch now, whatever its duration. */
  async end(batch: Batch): Promise<void> {
    await batch.end(async (request) => {
      const failed = unanswered(request, batch.index, this.options.batch ?? {}, this.options.models);
      if (failed) return failed;
      return { type: 'succeeded', message: await this.#complete(request.params, batch.id, () => false) };
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const isChat = request.method === 'POST' && /^\/v1\/(?:chat\/completions|responses)$/.test(pathname);
    const isMessage = request.method === 'POST' && pathname === '/v1/messages';
    if (isMessage || isChat) {
      this.inFlightMax = Math.max(this.inFlightMax, ++this.#inFlight);
      response.once('close', () => this.#inFlight--);
    }
    const bytes = Buffer.concat(await request.toArray());
    const received: Received = {
      index: this.requests.length,
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      body: parse(bytes),
      at,
      status: undefined,
    };
    this.requests.push(received);
    const exchange = new Exchange(received, response, this.#faultFor(received), isChat);
    try {
      // The SDK sends its API key as a bearer token since 1.0.
      const key = request.headers['x-api-key'] ?? request.headers.authorization;
      if (!key) throw new Refusal(401, 'x-api-key header is required');
      if (!isChat && !request.headers['anthropic-version'])
        throw new Refusal(400, 'anthropic-version: header is required');
      const raw = this.options.instead?.(received, this);
      if (raw) return exchange.sendRaw(raw);
      if (exchange.strikeFirst()) return;
      if (isMessage || isChat) await this.#message(exchange);
      else await this.#batches(exchange, bytes.length);
    } catch (error) {
      if (error instanceof Refusal) exchange.fail(error);
      // An error in a test's script must not look like a fault that passes.
      else exchange.fail(new Refusal(400, `script: ${error instanceof Error ? error.stack : error}`));
    }
  }

  async #message(exchange: Exchange): Promise<void> {
    const { models, latencyMs, rateLimit, onMessage, chat = {} } = this.options;
    const { received, isChat } = exchange;
    const isResponse = received.path === '/v1/responses';
    const translated = isResponse ? messageBodyOfResponse : (asked: unknown) => messageBodyOf(asked, chat);
    const body = isChat ? translated(received.body) : (received.body as MessageBody);
    checkMessage(body, models);
    const admission =
      rateLimit && this.#limit(body.model, rateLimit).admit(inputTokens(body), body.max_tokens);
    const headers = limitHeaders(admission?.headers ?? {}, isChat);
    if (admission?.retryAfter !== undefined) {
      const message = 'This request would exceed your rate limit';
      throw new Refusal(429, message, { ...headers, 'retry-after': `${admission.retryAfter}` });
    }
    await sleep(typeof latencyMs === 'function' ? latencyMs(body) : (latencyMs ?? 0));
    let withheld = false;
    const message = await this.#complete(body, undefined, async () => {
      withheld = (await onMessage?.(received)) === 'withhold';
      return withheld || exchange.losesAnswer;
    });
    admission?.complete(message.usage.output_tokens);
    if (withheld) return;
    const usd = this.paid.findLast(({ request }) => request === body)?.usd ?? 0;
    const { usage, header } = chat.cost?.(usd) ?? {};
    const named = header === undefined ? headers : { ...headers, 'x-litellm-response-cost': `${header}` };
    if (!isChat || isResponse) {
      const said = isResponse ? responseOf(message) : message;
      return exchange.send(JSON.stringify(said), 'application/json', named);
    }
    const completion = { ...completionOf(message), ...chat.served?.(body) } as { usage?: object };
    const billed = {
      ...completion,
      usage: { ...completion.usage, ...(usage !== undefined && { cost: usage }) },
    };
    exchange.send(JSON.stringify(chat.change?.(billed, body) ?? billed), 'application/json', named);
  }

  /** Answers a message and bills it. */
  async #complete(body: MessageBody, batchId: string | undefined, isLost: () => boolean | Promise<boolean>) {
    const id = `msg_${String(this.paid.length + 1).padStart(6, '0')}`;
    const answer = this.options.answer ? await this.options.answer(body) : {};
    const message = messageOf(body, answer, id, batchId ? 'batch' : 'standard');
    const { usage } = message;
    const price = this.options.prices?.[body.model] ?? { input: 1, output: 5 };
    const usd = costUsd(usage, price) / (batchId ? 2 : 1);
    const paid = { request: body, usage, usd, lost: false, batchId, at: Date.now() };
    this.paid.push(paid);
    paid.lost = await isLost();
    return message;
  }

  async #batches(exchange: Exchange, bytes: number): Promise<void> {
    const { method, path, query, body } = exchange.received;
    const [route, id, verb = ''] =
      /^\/v1\/messages\/batches(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(decodeURIComponent(path)) ?? [];
    const batch = this.batches.find((known) => known.id === id);
    const json = (value: unknown) => exchange.send(JSON.stringify(value), 'application/json');
    if (route && !id && method === 'POST') {
      if (bytes > 256 * 1024 * 1024) throw new Refusal(413, 'Request exceeds the maximum size');
      checkBatch(body);
      const created = this.#create(body.requests);
      if ((await this.options.onBatchCreated?.(created)) !== 'withhold') json(created.view(this.url));
    } else if (route && !id && method === 'GET') {
      json(this.#page(query));
    } else if (batch && method === 'GET' && verb === '') {
      json(batch.view(this.url));
    } else if (batch && method === 'GET' && verb === 'results') {
      if (!batch.endedAt) throw new Refusal(404, `Batch ${id} has no available results`);
      exchange.send(batch.lines(), 'application/x-jsonl');
    } else if (batch && method === 'POST' && verb === 'cancel') {
      batch.cancelledAt ??= new Date();
      json(batch.view(this.url));
      await this.end(batch);
    } else {
      throw new Refusal(404, `Not found: ${method} ${path}`);
    }
  }

  #create(requests: readonly BatchRequest[]): Batch {
    const batch = new Batch(this.batches.length, requests);
    this.batches.push(batch);
    const duration = this.options.batch?.durationMs ?? 0;
    const ms = typeof duration === 'function' ? duration(batch.index) : duration;
    // Unreferenced: a batch must not keep a test's process alive.
    if (ms !== Infinity) setTimeout(() => void this.end(batch), ms).unref();
    return batch;
  }

  #page(query: URLSearchParams) {
    const limit = Number(query.get('limit') ?? 20);
    if (!(limit >= 1 && limit <= 1_000)) throw new Refusal(400, 'limit: Input should be between 1 and 1000');
    const newestFirst = this.batches.toReversed();
    const after = query.get('after_id');
    const start = after === null ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
    const data = newestFirst.slice(start, start + limit).map((batch) => batch.view(this.url));
    return {
      data,
      has_more: start + limit < newestFirst.length,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  #limit(model: string, options: RateLimitOptions): RateLimit {
    const limit = this.#limits.get(model) ?? new RateLimit(options);
    this.#limits.set(model, limit);
    return limit;
  }

  #faultFor(received: Received): Fault | undefined {
    const { faults } = this.options;
    return typeof faults === 'function' ? faults(received.index, received) : faults?.[received.index];
  }
}

/** One request and its answer, which a fault may spoil. */
class Exchange {
  readonly received: Received;
  readonly #response: ServerResponse;
  readonly #fault: Fault | undefined;
  /** Whether it is of OpenAI's API. */
  readonly isChat: boolean;

  constructor(received: Received, response: ServerResponse, fault: Fault | undefined, isChat: boolean) {
    this.received = received;
    this.isChat = isChat;
    this.#response = response;
    this.#fault = fault;
  }

  /** Whether a fault settled it before anything was done. */
  strikeFirst(): boolean {
    if (typeof this.#fault === 'object') {
      const { status, headers, message = 'scripted' } = this.#fault;
      throw new Refusal(status, message, headers);
    }
    if (this.#fault === 'reset') this.#response.socket?.resetAndDestroy();
    return this.#fault === 'reset' || this.#fault === 'stall';
  }

  /** Whether the answer will not arrive: a fault, or a client that went away. */
  get losesAnswer(): boolean {
    return this.#fault !== undefined || this.#response.destroyed;
  }

  send(body: string, type: string, headers: Readonly<Record<string, string>> = {}): void {
    const garbled = this.#fault === 'garbled' || this.#fault === 'page';
    const bytes = Buffer.from(garbled ? '<html>Bad gateway</html>' : body);
    const contentType = this.#fault === 'page' ? 'text/html' : type;
    if (this.#fault === 'lost') return void this.#response.socket?.resetAndDestroy();
    this.received.status = 200;
    this.#response.writeHead(200, {
      ...this.#head(),
      ...headers,
      'content-type': contentType,
      'content-length': bytes.length,
    });
    if (this.#fault === 'cut') {
      this.#response.write(bytes.subarray(0, bytes.length / 2), () => this.#response.socket?.destroy());
    } else {
      this.#response.end(bytes);
    }
  }

  sendRaw({ status = 200, headers, body }: RawAnswer): void {
    this.received.status = status;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.#response
      .writeHead(status, { ...this.#head(), 'content-type': 'application/json', ...headers })
      .end(text);
  }

  fail(refusal: Refusal): void {
    const { status, message, headers } = refusal;
    this.received.status = status;
    const own = { type: 'error', error: { type: errorType(status), message }, request_id: this.#requestId };
    const error = this.isChat ? chatError(refusal) : own;
    this.#response
      .writeHead(status, { ...this.#head(), 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(error));
  }

  get #requestId(): string {
    return `req_${String(this.received.index + 1).padStart(6, '0')}`;
  }

  #head(): Record<string, string> {
    return { 'request-id': this.#requestId };
  }
}

/** The same limits, as either API tells them. */
function limitHeaders(headers: Readonly<Record<string, string>>, isChat: boolean): Record<string, string> {
  if (!isChat) return { ...headers };
  const seconds = (iso: string) => `${Math.max(0, Date.parse(iso) - Date.now())}ms`;
  const renamed = Object.entries(headers).flatMap(([name, value]) => {
    const [, dimension, what] = /^anthropic-ratelimit-(requests)-(\w+)$/.exec(name) ?? [];
    return dimension ? [[`x-ratelimit-${what}-${dimension}`, what === 'reset' ? seconds(value) : value]] : [];
  });
  return Object.fromEntries(renamed);
}

/** USD of one call outside a batch. */
function costUsd(usage: Usage, { input, output }: Price): number {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  const inputs =
    input_tokens + 0.1 * (cache_read_input_tokens ?? 0) + 1.25 * (cache_creation_input_tokens ?? 0);
  return (inputs * input + output_tokens * output) / 1e6;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
