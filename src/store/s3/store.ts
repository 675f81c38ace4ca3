import { randomUUID } from 'node:crypto';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { AlreadyExistsError, ReplayError, RunError } from '../../shared/errors.ts';
import { retrying } from '../retry.ts';
import {
  type GetOptions,
  type Listing,
  PROBE,
  type PutOptions,
  type ReadCounts,
  type Store,
  tooLarge,
} from '../store.ts';
import { type ConnectOptions, connect, connectOptions, endpointOf, importSdk, type Sdk } from './client.ts';
import { type Expected, plainContent } from './content.ts';
import { type Attempted, brokenBody, foreignAnswer, s3Error } from './errors.ts';
import type { Page, PageRequest } from './list-page.ts';
import { listWide } from './listing.ts';
import type { S3Reader } from './reader.ts';

/** Metadata that lets a conditional put know its own object again. */
const PUT_ID = 'put-id';

const LISTS_IN_FLIGHT = 64;

interface Connection {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly reader: S3Reader;
}

/** A bucket, or what lies under a prefix of it. Objects and listings are read by an S3Reader, which owns their retries;
 * whatever it leaves, and everything that is written, is the SDK's, with the SDK's retries. Of its answers only a body that
 * breaks off is read again here. */
export class S3Store implements Store {
  readonly uri: string;
  readonly reads: ReadCounts = { retried: 0, bySdk: 0 };
  readonly #bucket: string;
  /** Empty, or ends in a slash. */
  readonly #root: string;
  readonly #options: ConnectOptions;
  readonly #limit = pLimit(LISTS_IN_FLIGHT);
  #connection: Promise<Connection> | undefined;
  /** For messages; the region completes it. */
  readonly #endpoint = { host: 's3' };

  constructor(bucket: string, prefix: string, options: Partial<ConnectOptions> = {}) {
    this.uri = `s3://${bucket}${prefix && `/${prefix}`}`;
    this.#bucket = bucket;
    this.#root = prefix && `${prefix}/`;
    this.#options = { ...connectOptions(), ...options };
  }

  fullKey(key: string): string {
    return this.#root + key;
  }

  async list(prefix: string, signal?: AbortSignal): Promise<Listing> {
    const doing = `listing ${this.uri}/${prefix}`;
    const attempted = { doing, endpoint: this.#endpoint, action: 's3:ListBucket', signal };
    const fetchPage = (request: PageRequest) => this.#limit(() => this.#listPage(request, attempted));
    const { objects, refused } = await listWide(fetchPage, this.fullKey(prefix), doing);
    const relative = <T extends { readonly key: string }>(one: T): T => {
      return { ...one, key: one.key.slice(this.#root.length) };
    };
    return {
      // The object that consoles put where the root "folder" is has no name under it.
      objects: objects.filter(({ key }) => key !== this.#root).map(relative),
      refused: refused.map(relative),
    };
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array> {
    const { maxBytes = Number.POSITIVE_INFINITY, etag, signal } = options;
    const doing = `reading ${this.uri}/${key}`;
    const attempted = { doing, endpoint: this.#endpoint, action: 's3:GetObject', signal, oneObject: true };
    const expected = { key, maxBytes, etag };
    const bytes = await this.#call(attempted, ({ reader }) =>
      reader.get(this.fullKey(key), expected, attempted),
    );
    return bytes ?? this.#getBySdk(expected, attempted);
  }

  async put(key: string, body: Uint8Array | string, options: PutOptions = {}): Promise<void> {
    await this.#write(key, (connection) => this.#put(connection, key, body, options));
  }

  async putIfAbsent(key: string, body: Uint8Array | string, options: PutOptions = {}): Promise<void> {
    const id = randomUUID();
    await this.#write(key, async (connection) => {
      const { sdk, client } = connection;
      try {
        const condition = { IfNoneMatch: '*', Metadata: { [PUT_ID]: id } };
        return await this.#put(connection, key, body, { ...options, condition });
      } catch (error) {
        if (!(error instanceof sdk.S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
        // A first try may have stored the object and lost only its answer: then the key is taken by ourselves.
        const retried = (error.$metadata.attempts ?? 1) > 1;
        const found = retried && (await client.send(new sdk.HeadObjectCommand(this.#object(key))));
        if (found && found.Metadata?.[PUT_ID] === id) return found;
        throw new AlreadyExistsError(`${this.uri}/${key} exists already`, { cause: error });
      }
    });
  }

  async checkWritable(prefix: string): Promise<void> {
    const key = `${prefix}${PROBE}`;
    await this.#write(key, async (connection) => {
      try {
        // Only in place of an object that there never is: S3 looks at the permission first.
        const condition = { IfMatch: `"${'0'.repeat(32)}"` };
        return await this.#put(connection, key, 'probe', { condition });
      } catch (error) {
        const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
        const isAllowed = $metadata?.httpStatusCode === 412 || name === 'NoSuchKey';
        if (!isAllowed) throw error;
        return { ETag: '' };
      }
    });
  }

  close(): void {
    this.#connection?.then(
      ({ client, reader }) => {
        client.destroy();
        reader.close().catch(() => {});
      },
      () => {},
    );
  }

  async #open(): Promise<Connection> {
    const [sdk, { S3Reader }, client] = await Promise.all([
      importSdk(),
      importReader(),
      connect(this.#options),
    ]);
    this.#endpoint.host = URL.parse(endpointOf())?.host ?? `s3.${await client.config.region()}.amazonaws.com`;
    const reader = new S3Reader({ sdk, client, name: this.#bucket, options: this.#options }, this.reads);
    return { sdk, client, reader };
  }

  async #listPage(request: PageRequest, attempted: Attempted): Promise<Page> {
    const read = await this.#call(attempted, ({ reader }) => reader.list(request, attempted));
    return (
      read ?? retrying(() => this.#listBySdk(request, attempted), this.#options, this.reads, attempted.signal)
    );
  }

  async #listBySdk({ prefix, after, token, delimiter }: PageRequest, attempted: Attempted): Promise<Page> {
    const page = await this.#call(attempted, ({ sdk, client }) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(after !== undefined && { StartAfter: after }),
          ...(token !== undefined && { ContinuationToken: token }),
          ...(delimiter !== undefined && { Delimiter: delimiter }),
        }),
        cancelledBy(attempted),
      ),
    );
    // To the SDK any page of XML is a listing, and so is none.
    if (page.IsTruncated === undefined) throw foreignAnswer(attempted, 'one that is no listing');
    if (page.IsTruncated && page.NextContinuationToken === undefined)
      throw new RunError(
        `${attempted.doing}: expected a token for the next page, found none; ask whoever runs this store`,
      );
    // The SDK asks for none, and leaves keys in it as they are.
    const keyOf = page.EncodingType === 'url' ? (key: string) => decoded(key, attempted) : String;
    return {
      objects: (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '' }) => ({
        key: keyOf(Key),
        size: Size,
        etag: ETag,
      })),
      commonPrefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => keyOf(Prefix)),
      next: page.IsTruncated ? page.NextContinuationToken : undefined,
    };
  }

  #getBySdk(expected: Expected, attempted: Attempted): Promise<Uint8Array> {
    const { key, maxBytes } = expected;
    const read = async (tries: number) => {
      const answer = await this.#call(attempted, ({ sdk, client }) =>
        client.send(new sdk.GetObjectCommand(this.#object(key)), cancelledBy(attempted)),
      );
      const body = await readBody(answer, key, maxBytes).catch((error) => {
        attempted.signal?.throwIfAborted();
        if (error instanceof ReplayError) throw error;
        // The SDK checks digests while the body is read.
        const damage = /^Checksum/.test(error.message) ? '' : 'the body broke off: ';
        throw brokenBody(damage + error.message, attempted, tries);
      });
      // A part of the object, or what some proxy made of it, which to the SDK is the object.
      const { httpStatusCode: status } = answer.$metadata;
      if (status !== 200) throw foreignAnswer(attempted, `one of status ${status}`);
      if (answer.ETag === undefined) throw foreignAnswer(attempted, 'one without an ETag');
      return plainContent(body, expected, answer.ETag, answer.ContentEncoding);
    };
    return retrying(read, this.#options, this.reads, attempted.signal);
  }

  #object(key: string) {
    return { Bucket: this.#bucket, Key: this.fullKey(key) };
  }

  #put(
    { sdk, client }: Connection,
    key: string,
    body: Uint8Array | string,
    { contentType, condition }: PutOptions & { readonly condition?: object },
  ) {
    const content = {
      ...this.#object(key),
      // As bytes, since the SDK sends an empty text without a Content-Length.
      Body: typeof body === 'string' ? Buffer.from(body) : body,
      ...(contentType !== undefined && { ContentType: contentType }),
      ...condition,
    };
    return client.send(new sdk.PutObjectCommand(content));
  }

  async #write(
    key: string,
    send: (connection: Connection) => Promise<{ readonly ETag?: string | undefined }>,
  ): Promise<void> {
    const doing = `writing ${this.uri}/${key}`;
    const attempted = { doing, endpoint: this.#endpoint, action: 's3:PutObject', signal: undefined };
    const { ETag } = await this.#call(attempted, send);
    if (ETag === undefined) throw foreignAnswer(attempted, 'one without an ETag').final;
  }

  /** Connects on first use and turns what the SDK throws into this program's errors. */
  async #call<T>(attempted: Attempted, call: (connection: Connection) => Promise<T>): Promise<T> {
    attempted.signal?.throwIfAborted();
    try {
      this.#connection ??= this.#open();
      const connection = await this.#connection;
      return await call(connection);
    } catch (error) {
      attempted.signal?.throwIfAborted();
      throw error instanceof ReplayError ? error : s3Error(error, attempted);
    }
  }
}

/** The whole body of an answer. Throws LoadError when it is larger than `maxBytes` (before reading it, where
 * its length is known), and what the stream throws when it breaks off. */
async function readBody(answer: GetObjectCommandOutput, key: string, maxBytes: number): Promise<Buffer> {
  const { ContentLength: expected } = answer;
  const body = answer.Body as AsyncIterable<Uint8Array> & { destroy(): void };
  if (expected !== undefined && expected > maxBytes) {
    body.destroy(); // unread, it would hold its socket for ever
    throw tooLarge(key, expected, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(key, `at least ${length}`, maxBytes);
    chunks.push(chunk);
  }
  if (expected !== undefined && length !== expected)
    throw new Error(`expected ${expected} bytes, found ${length}`);
  return Buffer.concat(chunks, length);
}

/** A key that a listing encodes as in a URL. */
function decoded(key: string, attempted: Attempted): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw foreignAnswer(attempted, `one whose key ${key} is not encoded as it says`);
  }
}

/** The SDK and undici take a tenth of a second each to import, in every thread: a run over folders is spared them. */
export async function importS3(): Promise<void> {
  await Promise.all([importSdk(), importReader()]);
}

const importReader = () => import('./reader.ts');

/** Undefined without a signal: the SDK keeps its prepared middleware only for calls without options. */
function cancelledBy({ signal }: Attempted) {
  return signal && { abortSignal: signal };
}
