import { ReplayError } from '../../shared/errors.ts';
import { opening, PassingFault, retrying } from '../retry.ts';
import type { ReadCounts } from '../store.ts';
import { type Answer, ask } from './answer.ts';
import { type Bucket, credentialsOf, type Identity } from './client.ts';
import { openConnection, type S3Connection } from './connection.ts';
import { type Expected, plainContent } from './content.ts';
import { factsOf } from './diagnosis.ts';
import { type Attempted, brokenBody, ExpiredFault, foreignAnswer, passingFault, s3Error } from './errors.ts';
import { damageOf } from './integrity.ts';
import { type Page, type PageRequest, parsePage, queryOf } from './list-page.ts';
import { encodePath } from './sigv4.ts';

/** A page holds a thousand keys of a kilobyte each. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** Reads over undici, signed here: a fifth of the work that the SDK has with each. Credentials, region, endpoint and
 * clock are those of the SDK's client, and what is out of the ordinary is left to it and counted. */
export class S3Reader {
  readonly #bucket: Bucket;
  readonly #counts: ReadCounts;
  #identity: Identity | undefined;
  #connection: Promise<S3Connection | undefined> | undefined;

  constructor(bucket: Bucket, counts: ReadCounts) {
    this.#bucket = bucket;
    this.#counts = counts;
  }

  /** The object's content; undefined when it is for the SDK to get it. Throws as `Store.get` does. */
  async get(fullKey: string, expected: Expected, attempted: Attempted): Promise<Buffer | undefined> {
    const bytes = await this.#read({ key: encodePath(fullKey) }, expected, attempted);
    if (!bytes) this.#counts.bySdk += 1;
    return bytes;
  }

  /** A page of a listing; undefined when it is for the SDK to get it. Throws as `Store.list` does. */
  async list(request: PageRequest, attempted: Attempted): Promise<Page | undefined> {
    const expected = { key: attempted.doing, maxBytes: MAX_PAGE_BYTES, etag: undefined };
    const bytes = await this.#read({ query: queryOf(request) }, expected, attempted);
    const page = bytes && parsePage(bytes.toString());
    if (!page) this.#counts.bySdk += 1;
    return page;
  }

  async close(): Promise<void> {
    await (await this.#connection)?.pool.destroy();
  }

  /** Undefined for what is left to the SDK. */
  #read(
    request: Parameters<S3Connection['request']>[0],
    expected: Expected,
    attempted: Attempted,
  ): Promise<Buffer | undefined> {
    const { signal } = attempted;
    let isExpired = false;
    const tryOnce = async (tries: number) => {
      const connection = await this.#connect(attempted, isExpired);
      if (!connection) return undefined;
      const { pool, checksDigests } = connection;
      try {
        const answer = await opening(() => ask(pool, connection.request(request), { ...expected, signal }));
        return contentOf(answer, expected, attempted, tries, checksDigests);
      } catch (error) {
        signal?.throwIfAborted();
        isExpired = error instanceof ExpiredFault;
        return throwUnlessForSdk(error, attempted, tries);
      }
    };
    return retrying(tryOnce, this.#bucket.options, this.#counts, signal);
  }

  async #connect(attempted: Attempted, renew: boolean): Promise<S3Connection | undefined> {
    const identity = await credentialsOf(this.#bucket.client, renew).catch((error) => {
      throw passingFault(factsOf(error), attempted, error) ?? s3Error(error, attempted);
    });
    if (!this.#identity || !areSame(identity, this.#identity)) {
      this.#identity = identity;
      this.#connection?.then((old) => old?.pool.close()).catch(() => {});
      this.#connection = openConnection(this.#bucket, identity);
    }
    return this.#connection;
  }
}

function areSame(one: Identity, other: Identity): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/** The content of the `tries`-th answer; undefined for an answer that is left to the SDK. Throws PassingFault,
 * NotFoundError, ChangedError and LoadError. */
function contentOf(
  { status, headers, body, brokenOff }: Answer,
  expected: Expected,
  attempted: Attempted,
  tries: number,
  checksDigests: boolean,
): Buffer | undefined {
  if (status === 200) {
    if (brokenOff) throw brokenBody(`the body broke off: ${brokenOff.message}`, attempted, tries);
    const damage = damageOf(body, headers, checksDigests);
    if (damage !== undefined) throw brokenBody(damage, attempted, tries);
    if (attempted.oneObject && headers.etag === undefined)
      throw foreignAnswer(attempted, 'one without an ETag');
    return plainContent(body, expected, headers.etag, headers['content-encoding']);
  }
  const [, name = 'UnknownError'] = /<Code>([^<]*)<\/Code>/.exec(body.toString()) ?? [];
  const [, message = `HTTP ${status}`] = /<Message>([^<]*)<\/Message>/.exec(body.toString()) ?? [];
  const error = Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, attempts: tries },
  });
  if (status === 404 && name === 'NoSuchKey') throw s3Error(error, attempted);
  const askedMs = 1_000 * (Number(headers['retry-after']) || 0);
  const fault = passingFault(factsOf(error), attempted, error, askedMs);
  if (fault) throw fault;
  return undefined;
}

/** Throws what the `tries`-th request ended in, as a PassingFault where it may pass; returns for a fault of the network
 * that is left to the SDK. */
function throwUnlessForSdk(error: unknown, attempted: Attempted, tries: number): undefined {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const isOfNetwork = typeof code === 'string' || name === 'HTTPParserError';
  if (error instanceof ReplayError || error instanceof PassingFault || !isOfNetwork) throw error;
  const fault = passingFault({ ...factsOf(error), attempts: tries }, attempted, error);
  if (fault) throw fault;
}
