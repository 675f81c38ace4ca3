import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong. `lost`: the request is done, its answer never comes. */
export type Misdeed =
  | { readonly status: number; readonly code?: string; readonly headers?: Readonly<Record<string, string>> }
  /** Bytes of the body that are sent, under a Content-Length that promises all of them. */
  | { readonly truncateAt: number }
  /** Milliseconds before the answer. */
  | { readonly delay: number }
  /** The last byte is another. */
  | 'corrupt'
  /** Something that is no HTTP. */
  | 'garbled'
  | 'reset'
  | 'lost'
  /** Headers, then nothing, the connection held open. */
  | 'stall';

export interface Fault {
  readonly does: Misdeed;
  /** Requests it meets; all by default. */
  readonly on?: (request: S3Request) => boolean;
  /** How often it strikes; for ever by default. */
  readonly times?: number;
}

export interface S3Request {
  readonly method: string;
  /** Without the bucket; empty for a listing. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultyS3Options {
  /** By key; the bucket is `bucket`. */
  readonly objects?: Readonly<Record<string, Uint8Array | string>>;
  readonly faults?: readonly Fault[];
  /** Keys on a page of a listing. */
  readonly pageSize?: number;
}

interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  /** `x-amz-meta-…` and the content type. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A scripted S3 over memory: GET, HEAD, PUT with If-None-Match and If-Match, and ListObjectsV2, path-style, unsigned. Set
 * `environment` and open `s3://bucket/…`. */
export async function startFaultyS3(options: FaultyS3Options = {}): Promise<FaultyS3> {
  const server = new FaultyS3(options);
  await server.listen();
  return server;
}

export class FaultyS3 {
  readonly bucket = 'bucket';
  readonly objects = new Map<string, StoredObject>();
  /** Every request in the order of arrival. */
  readonly requests: S3Request[] = [];
  /** The most requests that were in flight at once. */
  busiest = 0;
  #inFlight = 0;
  #faults: { fault: Fault; left: number }[] = [];
  readonly #pageSize: number;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.destroy(error));
  });

  constructor({ objects = {}, faults = [], pageSize = 1_000 }: FaultyS3Options) {
    this.#pageSize = pageSize;
    for (const [key, body] of Object.entries(objects)) this.set(key, body);
    for (const fault of faults) this.inject(fault);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What makes the SDK talk to this server. */
  get environment() {
    return {
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    };
  }

  set(key: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): void {
    const bytes = Buffer.from(body);
    this.objects.set(key, { body: bytes, etag: createHash('md5').update(bytes).digest('hex'), headers });
  }

  /** Of several faults that meet a request the first one strikes. */
  inject(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Infinity });
  }

  heal(): void {
    this.#faults = [];
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.#inFlight);
    response.once('close', () => this.#inFlight--);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const [, bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
    const { method = '', headers: sent } = request;
    const asked = { method, key: decodeURIComponent(path), query: searchParams, headers: sent };
    this.requests.push(asked);
    const body = Buffer.concat(await request.toArray());
    const fault = this.#strike(asked);
    if (typeof fault === 'object' && 'delay' in fault) await sleep(fault.delay);
    if (typeof fault === 'object' && 'status' in fault) {
      return fail(response, fault.status, fault.code ?? 'InternalError', fault.headers);
    }
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'garbled') return void request.socket.end('this is no HTTP\r\n\r\n');
    if (bucket !== this.bucket) return fail(response, 404, 'NoSuchBucket');
    if (asked.method === 'PUT') return this.#put(request, asked.key, body, response, fault);
    if (asked.key === '')
      return send(response, this.#list(searchParams), { 'content-type': 'application/xml' }, fault);
    const object = this.objects.get(asked.key);
    if (!object) return fail(response, 404, 'NoSuchKey');
    const headers = {
      etag: `"${object.etag}"`,
      'content-length': `${object.body.length}`,
      ...object.headers,
    };
    if (asked.method === 'HEAD') response.writeHead(200, headers).end();
    else send(response, object.body, headers, fault);
  }

  #strike(request: S3Request): Misdeed | undefined {
    const struck = this.#faults.find(({ fault, left }) => left > 0 && (fault.on?.(request) ?? true));
    if (struck) struck.left--;
    return struck?.fault.does;
  }

  #put(
    request: IncomingMessage,
    key: string,
    body: Buffer,
    response: ServerResponse,
    fault: Misdeed | undefined,
  ) {
    if (request.headers['if-none-match'] === '*' && this.objects.has(key)) {
      return fail(response, 412, 'PreconditionFailed');
    }
    const expected = request.headers['if-match'];
    const held = this.objects.get(key);
    if (expected !== undefined && !held) return fail(response, 404, 'NoSuchKey');
    if (expected !== undefined && expected !== `"${held?.etag}"`) {
      return fail(response, 412, 'PreconditionFailed');
    }
    const kept = Object.entries(request.headers).filter(([name]) =>
      /^(x-amz-meta-.*|content-type)$/.test(name),
    );
    this.set(key, body, Object.fromEntries(kept) as Record<string, string>);
    if (fault === 'lost') return void request.socket.destroy();
    response.writeHead(200, { etag: `"${this.objects.get(key)?.etag}"` }).end();
  }

  #list(query: URLSearchParams): Buffer {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const token = query.get('continuation-token');
    const after =
      token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
    const cut = (key: string) => (delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length));
    const lines = new Map<string, string>();
    for (const key of sorted(this.objects.keys())) {
      if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue;
      const common = cut(key) === -1 ? undefined : key.slice(0, cut(key) + delimiter.length);
      lines.set(common ?? key, common === undefined ? this.#contents(key) : commonPrefix(common));
    }
    const page = [...lines].slice(0, this.#pageSize);
    const truncated = lines.size > page.length;
    // Behind all that a common prefix stands for.
    const [last = ''] = page.at(-1) ?? [];
    const next = last.endsWith(delimiter) && delimiter ? `${last}\u{10ffff}` : last;
    return Buffer.from(
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<IsTruncated>${truncated}</IsTruncated>` +
        (truncated
          ? `<NextContinuationToken>${Buffer.from(next).toString('base64url')}</NextContinuationToken>`
          : '') +
        `${page.map(([, line]) => line).join('')}</ListBucketResult>`,
    );
  }

  #contents(key: string): string {
    const { body, etag } = this.objects.get(key) as StoredObject;
    return `<Contents><Key>${xml(key)}</Key><Size>${body.length}</Size><ETag>&quot;${etag}&quot;</ETag></Contents>`;
  }
}

function commonPrefix(prefix: string): string {
  return `<CommonPrefixes><Prefix>${xml(prefix)}</Prefix></CommonPrefixes>`;
}

/** By bytes, as S3 sorts. */
function sorted(keys: Iterable<string>): string[] {
  return Array.from(keys, (key) => Buffer.from(key))
    .sort(Buffer.compare)
    .map(String);
}

function send(
  response: ServerResponse,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  fault: Misdeed | undefined,
): void {
  response.writeHead(200, { 'content-length': `${body.length}`, ...headers });
  if (fault === 'stall') response.flushHeaders();
  else if (fault === 'corrupt') response.end(Buffer.concat([body.subarray(0, -1), Buffer.of(0)]));
  else if (typeof fault === 'object' && 'truncateAt' in fault) {
    response.write(body.subarray(0, fault.truncateAt), () => response.socket?.destroy());
  } else response.end(body);
}

function fail(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/xml', ...headers })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>scripted</Message></Error>`,
    );
}

function xml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
