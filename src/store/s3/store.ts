import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { AlreadyExistsError, LoadError, ReplayError } from '../../shared/errors.ts';
import { retry } from '../../shared/retry.ts';
import {
  type GetOptions,
  type Listing,
  PROBE,
  type PutOptions,
  type ReadCounts,
  type Store,
} from '../store.ts';
import { readBody } from './body.ts';
import { type ConnectOptions, connect, connectOptions, importSdk, type Sdk } from './client.ts';
import { type Attempted, bodyError, s3Error } from './errors.ts';
import type { Page, PageRequest } from './list-page.ts';
import { listWide } from './listing.ts';
import { delayOfRead, PassingFault } from './outcome.ts';
import type { S3Reader } from './reader.ts';

/** Metadata that lets a conditional put know its own object again. */
const PUT_ID = 'put-id';

const LISTS_IN_FLIGHT = 32;

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
    const attempted = { doing: `listing ${this.uri}/${prefix}`, action: 's3:ListBucket' };
    const listed = await listWide(
      (request) => this.#limit(() => this.#listPage(request, attempted, signal)),
      this.fullKey(prefix),
    );
    // The object that consoles put where the root "folder" is has no name under it.
    const objects = listed.filter(({ key }) => key !== this.#root);
    return {
      objects: objects.map((one) => ({ ...one, key: one.key.slice(this.#root.length) })),
      refused: [],
    };
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array> {
    const attempted = { doing: `reading ${this.uri}/${key}`, action: 's3:GetObject', oneObject: true };
    const bytes = await this.#call(attempted, options.signal, ({ reader }) =>
      reader.get(this.fullKey(key), attempted, options),
    );
    if (bytes) return bytes;
    return this.#getBySdk(key, attempted, options);
  }

  async put(key: string, body: Uint8Array | string, options: PutOptions = {}): Promise<void> {
    await this.#call(this.#writing(key), undefined, ({ sdk, client }) =>
      client.send(new sdk.PutObjectCommand(this.#content(key, body, options))),
    );
  }

  async putIfAbsent(key: string, body: Uint8Array | string, options: PutOptions = {}): Promise<void> {
    const id = randomUUID();
    await this.#call(this.#writing(key), undefined, async ({ sdk, client }) => {
      try {
        const condition = { IfNoneMatch: '*', Metadata: { [PUT_ID]: id } };
        await client.send(new sdk.PutObjectCommand({ ...this.#content(key, body, options), ...condition }));
      } catch (error) {
        if (!(error instanceof sdk.S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
        // A first try may have stored the object and lost only its answer: then the key is taken by ourselves.
        const retried = (error.$metadata.attempts ?? 1) > 1;
        const found = retried && (await client.send(new sdk.HeadObjectCommand(this.#object(key))));
        if (found && found.Metadata?.[PUT_ID] === id) return;
        throw new AlreadyExistsError(`${this.uri}/${key} exists already`, { cause: error });
      }
    });
  }

  async checkWritable(prefix: string): Promise<void> {
    const key = `${prefix}${PROBE}`;
    await this.#call(this.#writing(key), undefined, async ({ sdk, client }) => {
      try {
        // Only in place of an object that there never is: S3 looks at the permission first.
        const condition = { IfMatch: `"${'0'.repeat(32)}"` };
        await client.send(new sdk.PutObjectCommand({ ...this.#content(key, 'probe', {}), ...condition }));
      } catch (error) {
        const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
        const isAllowed = $metadata?.httpStatusCode === 412 || name === 'NoSuchKey';
        if (!isAllowed) throw error;
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

  async #listPage(
    request: PageRequest,
    attempted: Attempted,
    signal: AbortSignal | undefined,
  ): Promise<Page> {
    const read = await this.#call(attempted, signal, ({ reader }) => reader.list(request, attempted, signal));
    if (read) return read;
    const { prefix, after, token, delimiter } = request;
    const page = await this.#call(attempted, signal, ({ sdk, client }) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(after !== undefined && { StartAfter: after }),
          ...(token !== undefined && { ContinuationToken: token }),
          ...(delimiter !== undefined && { Delimiter: delimiter }),
        }),
        cancelledBy(signal),
      ),
    );
    return {
      objects: (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '' }) => ({
        key: Key,
        size: Size,
        etag: ETag,
      })),
      commonPrefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
      next: page.NextContinuationToken,
    };
  }

  async #getBySdk(
    key: string,
    attempted: Attempted,
    { maxBytes = Infinity, signal }: GetOptions,
  ): Promise<Uint8Array> {
    return retry(
      async (tries) => {
        const answer = await this.#call(attempted, signal, ({ sdk, client }) =>
          client.send(new sdk.GetObjectCommand(this.#object(key)), cancelledBy(signal)),
        );
        return readBody(answer, key, maxBytes).catch((error) => {
          if (error instanceof LoadError) throw error;
          throw new PassingFault(bodyError(error, `${attempted.doing}, ${tries} times`));
        });
      },
      delayOfRead(this.#options, this.reads),
      signal,
    );
  }

  #object(key: string) {
    return { Bucket: this.#bucket, Key: this.fullKey(key) };
  }

  #content(key: string, body: Uint8Array | string, { contentType }: PutOptions) {
    return {
      ...this.#object(key),
      // As bytes, since the SDK sends an empty text without a Content-Length.
      Body: typeof body === 'string' ? Buffer.from(body) : body,
      ...(contentType !== undefined && { ContentType: contentType }),
    };
  }

  #writing(key: string): Attempted {
    return { doing: `writing ${this.uri}/${key}`, action: 's3:PutObject' };
  }

  /** Connects on first use and turns what the SDK throws into this program's errors. */
  async #call<T>(
    attempted: Attempted,
    signal: AbortSignal | undefined,
    call: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      this.#connection ??= open(this.#bucket, this.#options, this.reads);
      return await call(await this.#connection);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof ReplayError ? error : s3Error(error, attempted);
    }
  }
}

/** The SDK and undici take a tenth of a second each to import, in every thread: a run over folders is spared them. */
export async function importS3(): Promise<void> {
  await Promise.all([importSdk(), importReader()]);
}

const importReader = () => import('./reader.ts');

async function open(bucket: string, options: ConnectOptions, counts: ReadCounts): Promise<Connection> {
  const [sdk, { S3Reader }, client] = await Promise.all([importSdk(), importReader(), connect(options)]);
  return { sdk, client, reader: new S3Reader(sdk, client, bucket, options, counts) };
}

/** Undefined without a signal: the SDK keeps its prepared middleware only for calls without options. */
function cancelledBy(signal: AbortSignal | undefined) {
  return signal && { abortSignal: signal };
}
