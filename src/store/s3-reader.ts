import type { S3Client } from '@aws-sdk/client-s3';
import { Pool } from 'undici';
import { backoff } from './backoff.ts';
import { pause } from './pause.ts';
import { ask } from './s3-answer.ts';
import type { ConnectOptions, Sdk } from './s3-client.ts';
import type { Attempted } from './s3-errors.ts';
import { formOfGets, type GetForm, type Identity } from './s3-form.ts';
import { type Outcome, outcomeOfAnswer, outcomeOfError } from './s3-outcome.ts';
import { amzDate, encodePath, type SignedHeaders, signedHeaders } from './sigv4.ts';
import type { GetOptions, ReadCounts } from './store.ts';
import { tooLarge } from './too-large.ts';

/** The longest wait that a server may ask for, in milliseconds. */
const MAX_RETRY_AFTER = 20_000;

/** How GETs are made with one identity. */
interface Connection {
  readonly form: GetForm;
  readonly pool: Pool;
  readonly checksDigests: boolean;
}

/** The headers of all requests of one second. */
interface SecondsHeaders {
  readonly time: string;
  readonly signed: SignedHeaders;
  readonly flat: readonly string[];
}

/** GETs over undici, signed here: a fifth of the work that the SDK has with each. Credentials, region, endpoint and
 * clock are those of the SDK's client, and what is out of the ordinary is left to it. */
export class S3Reader {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #options: ConnectOptions;
  readonly #counts: ReadCounts;
  #identity: Identity | undefined;
  #connection: Promise<Connection | undefined> | undefined;
  #second = 0;
  #headers: SecondsHeaders | undefined;

  constructor(sdk: Sdk, client: S3Client, bucket: string, options: ConnectOptions, counts: ReadCounts) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#options = options;
    this.#counts = counts;
  }

  /** The object's bytes; undefined when it is for the SDK to get it. Throws as `Store.get` does. */
  async get(fullKey: string, attempted: Attempted, options: GetOptions): Promise<Buffer | undefined> {
    const { attempts, baseDelay } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(fullKey, attempted, attempt, options);
      if (Buffer.isBuffer(outcome)) return outcome;
      if (outcome === undefined) {
        this.#counts.bySdk += 1;
        return undefined;
      }
      const { error, throttled, retryAfter } = outcome;
      if (attempt >= attempts) throw error;
      this.#counts.retried += 1;
      const delay = backoff(attempt, throttled ? 4 * baseDelay : baseDelay);
      await pause(Math.max(delay, Math.min(retryAfter, MAX_RETRY_AFTER)), options.signal);
    }
  }

  async close(): Promise<void> {
    await (await this.#connection)?.pool.destroy();
  }

  async #try(
    fullKey: string,
    attempted: Attempted,
    attempt: number,
    { maxBytes = Infinity, signal }: GetOptions,
  ): Promise<Outcome> {
    const connection = await this.#connect();
    if (!connection) return undefined;
    const { form, pool, checksDigests } = connection;
    try {
      const answer = await ask(pool, {
        ...this.#request(form, fullKey),
        maxBytes,
        refuse: (bytes) => tooLarge(fullKey, bytes, maxBytes),
        signal,
      });
      return outcomeOfAnswer(answer, attempted, attempt, checksDigests);
    } catch (error) {
      signal?.throwIfAborted();
      return outcomeOfError(error, attempted, attempt);
    }
  }

  /** The SDK's provider gives the same identity until it renews it. */
  async #connect(): Promise<Connection | undefined> {
    const identity = await this.#client.config.credentials();
    if (identity !== this.#identity) {
      this.#identity = identity;
      this.#connection?.then((old) => old?.pool.close()).catch(() => {});
      this.#connection = this.#open(identity);
      this.#headers = undefined;
    }
    return this.#connection;
  }

  async #open(identity: Identity): Promise<Connection | undefined> {
    const form = await formOfGets(this.#sdk, this.#client, this.#bucket, identity);
    if (!form) return undefined;
    const { maxSockets, connectTimeout, idleTimeout } = this.#options;
    const pool = new Pool(form.origin, {
      connections: maxSockets,
      connect: { timeout: connectTimeout },
      headersTimeout: idleTimeout,
      bodyTimeout: idleTimeout,
    });
    const validation = await this.#client.config.responseChecksumValidation();
    return { form, pool, checksDigests: validation === 'WHEN_SUPPORTED' };
  }

  #request({ base, query, signer, ...form }: GetForm, fullKey: string) {
    const { time, signed, flat } = this.#secondsHeaders(form);
    const path = base + encodePath(fullKey);
    const authorization = signer.authorization(path, query, signed, time);
    return { path: query ? `${path}?${query}` : path, headers: [...flat, 'authorization', authorization] };
  }

  #secondsHeaders({ headers: lasting, userAgent }: Pick<GetForm, 'headers' | 'userAgent'>): SecondsHeaders {
    const second = Math.floor((Date.now() + this.#client.config.systemClockOffset) / 1000);
    if (!this.#headers || second !== this.#second) {
      const time = amzDate(second * 1000);
      const headers = { ...lasting, 'x-amz-date': time };
      const flat = Object.entries({ ...headers, 'user-agent': userAgent }).flat();
      this.#second = second;
      this.#headers = { time, signed: signedHeaders(headers), flat };
    }
    return this.#headers;
  }
}
