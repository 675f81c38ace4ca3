import type { S3Client } from '@aws-sdk/client-s3';
import { backoff } from '../backoff.ts';
import { pause } from '../pause.ts';
import type { GetOptions, ReadCounts } from '../store.ts';
import { tooLarge } from '../too-large.ts';
import { ask } from './answer.ts';
import type { ConnectOptions, Sdk } from './client.ts';
import { S3Connection } from './connection.ts';
import type { Attempted } from './errors.ts';
import { type Page, type PageRequest, parsePage, queryOf } from './list-page.ts';
import { type Outcome, outcomeOfAnswer, outcomeOfError } from './outcome.ts';
import type { Identity } from './request-template.ts';
import { encodePath } from './sigv4.ts';

/** The longest wait that a server may ask for, in milliseconds. */
const MAX_RETRY_AFTER = 20_000;

/** Reads over undici, signed here: a fifth of the work that the SDK has with each. Credentials, region, endpoint and
 * clock are those of the SDK's client, and what is out of the ordinary is left to it and counted. */
export class S3Reader {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #options: ConnectOptions;
  readonly #counts: ReadCounts;
  #identity: Identity | undefined;
  #connection: Promise<S3Connection | undefined> | undefined;

  constructor(sdk: Sdk, client: S3Client, bucket: string, options: ConnectOptions, counts: ReadCounts) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#options = options;
    this.#counts = counts;
  }

  /** The object's bytes; undefined when it is for the SDK to get it. Throws as `Store.get` does. */
  async get(fullKey: string, attempted: Attempted, options: GetOptions): Promise<Buffer | undefined> {
    const path = encodePath(fullKey);
    const bytes = await this.#read((connection) => connection.ofObject(path), fullKey, attempted, options);
    if (!bytes) this.#counts.bySdk += 1;
    return bytes;
  }

  /** A page of a listing; undefined when it is for the SDK to get it. Throws as `Store.list` does. */
  async list(
    request: PageRequest,
    attempted: Attempted,
    signal: AbortSignal | undefined,
  ): Promise<Page | undefined> {
    const query = queryOf(request);
    const options = { ...(signal && { signal }) };
    const bytes = await this.#read((connection) => connection.ofBucket(query), '', attempted, options);
    const page = bytes && parsePage(bytes.toString());
    if (!page) this.#counts.bySdk += 1;
    return page;
  }

  async close(): Promise<void> {
    await (await this.#connection)?.pool.destroy();
  }

  async #read(
    requestOf: (connection: S3Connection) => { path: string; headers: string[] },
    fullKey: string,
    attempted: Attempted,
    options: GetOptions,
  ): Promise<Buffer | undefined> {
    const { attempts, baseDelay } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const connection = await this.#connect();
      if (!connection) return undefined;
      const outcome = await tryOnce(connection, requestOf(connection), fullKey, attempted, attempt, options);
      if (outcome === undefined || Buffer.isBuffer(outcome)) return outcome;
      const { error, throttled, retryAfter } = outcome;
      if (attempt >= attempts) throw error;
      this.#counts.retried += 1;
      const delay = backoff(attempt, throttled ? 4 * baseDelay : baseDelay);
      await pause(Math.max(delay, Math.min(retryAfter, MAX_RETRY_AFTER)), options.signal);
    }
  }

  /** The SDK's provider keeps credentials until it renews them: asking it for every read costs nothing. */
  async #connect(): Promise<S3Connection | undefined> {
    const identity = await this.#client.config.credentials();
    if (!this.#identity || !areSame(identity, this.#identity)) {
      this.#identity = identity;
      this.#connection?.then((old) => old?.pool.close()).catch(() => {});
      this.#connection = S3Connection.open(this.#sdk, this.#client, this.#bucket, identity, this.#options);
    }
    return this.#connection;
  }
}

function areSame(one: Identity, other: Identity): boolean {
  return (
    one === other ||
    (one.accessKeyId === other.accessKeyId &&
      one.secretAccessKey === other.secretAccessKey &&
      one.sessionToken === other.sessionToken)
  );
}

async function tryOnce(
  { pool, checksDigests }: S3Connection,
  request: { path: string; headers: string[] },
  fullKey: string,
  attempted: Attempted,
  attempt: number,
  { maxBytes = Infinity, signal }: GetOptions,
): Promise<Outcome> {
  const refuse = (bytes: number) => tooLarge(fullKey, bytes, maxBytes);
  try {
    const answer = await ask(pool, { ...request, maxBytes, refuse, signal });
    return outcomeOfAnswer(answer, attempted, attempt, checksDigests);
  } catch (error) {
    signal?.throwIfAborted();
    return outcomeOfError(error, attempted, attempt);
  }
}
