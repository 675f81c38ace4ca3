import type { S3Client } from '@aws-sdk/client-s3';
import { retry } from '../../shared/retry.ts';
import type { GetOptions, ReadCounts } from '../store.ts';
import { tooLarge } from '../too-large.ts';
import { ask } from './answer.ts';
import type { ConnectOptions, Sdk } from './client.ts';
import { S3Connection } from './connection.ts';
import type { Attempted } from './errors.ts';
import { type Page, type PageRequest, parsePage, queryOf } from './list-page.ts';
import { bytesOf, delayOfRead, throwPassing } from './outcome.ts';
import type { Identity } from './request-template.ts';
import { encodePath } from './sigv4.ts';

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
    return retry(
      async (tries) => {
        const connection = await this.#connect();
        if (!connection) return undefined;
        return tryOnce(connection, requestOf(connection), fullKey, attempted, tries, options);
      },
      delayOfRead(this.#options, this.#counts),
      options.signal,
    );
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
  tries: number,
  { maxBytes = Infinity, signal }: GetOptions,
): Promise<Buffer | undefined> {
  const refuse = (bytes: number) => tooLarge(fullKey, bytes, maxBytes);
  try {
    const answer = await ask(pool, { ...request, maxBytes, refuse, signal });
    return bytesOf(answer, attempted, tries, checksDigests);
  } catch (error) {
    signal?.throwIfAborted();
    return throwPassing(error, attempted, tries);
  }
}
