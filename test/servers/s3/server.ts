import { STATUS_CODES } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Bucket, type StoredObject } from './bucket.ts';
import { Delay } from './delay.ts';
import { type Fault, Faults, type Misdeed, type S3Request } from './faults.ts';
import { listPage } from './listing.ts';
import { type Request, RequestParser } from './request-parser.ts';

export type { Fault, Misdeed, S3Request } from './faults.ts';

export interface S3Options {
  /** By key, in the bucket named `bucket`. */
  readonly objects?: Readonly<Record<string, Uint8Array | string>>;
  readonly faults?: readonly Fault[];
  /** Keys on a page of a listing. */
  readonly pageSize?: number;
}

interface Answer {
  readonly status: number;
  /** Lines. */
  readonly headers: string;
  readonly body: Buffer;
}

const CHECKSUM_MODE = /\r\nx-amz-checksum-mode: *enabled/i;
const IF_MATCH = /\r\nif-match: *([^\r]+)/i;
const IF_NONE_MATCH = /\r\nif-none-match: *\*/i;
/** The headers that an object keeps. */
const KEPT = /^(x-amz-meta-.*|content-type)$/;
/** Bodies up to here are copied behind their head, which is cheaper than a second buffer in the write. */
const COPIED_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** An S3 over memory: GET, HEAD, PUT with If-None-Match and If-Match, and ListObjectsV2, path-style, signed or not. It costs next to
 * nothing: raw sockets, bodies as they lie, one write to an answer. Set `environment` and open `s3://bucket/…`. */
export async function startS3Server(options: S3Options = {}): Promise<S3Server> {
  const server = new S3Server(options);
  await server.listen();
  return server;
}

export class S3Server {
  readonly bucket = 'bucket';
  readonly buckets = new Map<string, Bucket>();
  /** Every request in the order of arrival. */
  readonly requests: S3Request[] = [];
  /** Whether requests are noted down, and meet faults; without, an answer costs less. */
  readonly records: boolean = true;
  /** The most requests that were in flight at once. */
  busiest = 0;
  readonly delay = new Delay();
  /** Whether objects have a CRC-32 of their own; without, only their ETag tells their content. */
  hasCrc32 = false;
  /** Whether a PUT makes a bucket that is not there. */
  readonly makesBuckets: boolean = false;
  #inFlight = 0;
  readonly #faults = new Faults();
  readonly #pageSize: number;
  readonly #startedAt = new Date();
  readonly #modified = this.#startedAt.toUTCString();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.serve(socket));
  #common = '';
  #commonAt = Number.NEGATIVE_INFINITY;

  constructor({ objects = {}, faults = [], pageSize = 1_000 }: S3Options = {}) {
    this.#pageSize = pageSize;
    this.buckets.set(this.bucket, new Bucket());
    for (const [key, body] of Object.entries(objects)) this.set(key, body);
    for (const fault of faults) this.inject(fault);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What makes the program and the SDKs talk to this server. */
  get environment() {
    return environmentOf(this.url);
  }

  get objects(): ReadonlyMap<string, StoredObject> {
    return (this.buckets.get(this.bucket) as Bucket).objects;
  }

  set(key: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): void {
    this.buckets.get(this.bucket)?.put(key, Buffer.from(body), headers);
  }

  inject(fault: Fault): void {
    this.#faults.add(fault);
  }

  heal(): void {
    this.#faults.clear();
  }

  /** Also to come back on the port it had, after `close`. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', 4_096, resolve);
    });
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Sees each request first, and may answer it with JSON. */
  intercept(_request: Request): Buffer | undefined {
    return undefined;
  }

  /** Answers whatever comes over a connection. */
  protected serve(socket: Socket): void {
    this.#sockets.add(socket);
    const parser = new RequestParser({
      onRequest: (request) => this.#take(socket, request),
      onExpect: () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
    });
    socket.on('data', (chunk) => {
      try {
        parser.feed(chunk as Buffer);
      } catch (error) {
        process.stderr.write(`S3 server: ${error}\n`);
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #take(socket: Socket, request: Request): void {
    const body = this.intercept(request);
    if (body) {
      this.#send(socket, { status: 200, headers: 'Content-Type: application/json\r\n', body });
      return;
    }
    const { target, method } = request;
    const mark = target.indexOf('?');
    const path = decoded(mark === -1 ? target : target.slice(0, mark));
    const slash = path.indexOf('/', 1);
    const name = slash === -1 ? path.slice(1) : path.slice(1, slash);
    const key = slash === -1 ? '' : path.slice(slash + 1);
    const fault = this.records ? this.#record(socket, request, key) : undefined;
    const answer = () => {
      this.delay.later(() => this.#send(socket, this.#answerTo(request, name, key), method === 'HEAD'));
    };
    if (fault === undefined) answer();
    else if (typeof fault === 'object' && 'delay' in fault) setTimeout(answer, fault.delay);
    else this.#fail(socket, fault, () => this.#answerTo(request, name, key), method);
  }

  /** Notes a request down; returns what goes wrong with it. */
  #record(socket: Socket, { method, target, head }: Request, key: string): Misdeed | undefined {
    const query = new URLSearchParams(target.split('?')[1] ?? '');
    const request = { method, key, query, headers: headersOf(head) };
    this.requests.push(request);
    this.busiest = Math.max(this.busiest, ++this.#inFlight);
    const end = () => {
      socket.off('close', end).off('answered', end);
      this.#inFlight -= 1;
    };
    socket.on('close', end).on('answered', end);
    return this.#faults.strike(request);
  }

  #fail(
    socket: Socket,
    fault: Exclude<Misdeed, { delay: number }>,
    done: () => Answer,
    method: string,
  ): void {
    if (fault === 'reset') {
      socket.resetAndDestroy();
    } else if (fault === 'garbled') {
      socket.end('this is not HTTP\r\n\r\n');
    } else if (typeof fault === 'object' && 'page' in fault) {
      const headers = 'Content-Type: text/html\r\n';
      this.#send(socket, { status: 200, headers, body: Buffer.from(fault.page) }, method === 'HEAD');
    } else if (typeof fault === 'object' && 'status' in fault) {
      const { status, code = 'InternalError', message, headers } = fault;
      this.#send(socket, failure(status, code, headers, message), method === 'HEAD');
    } else {
      const answer = done();
      const { body } = answer;
      if (fault === 'lost') {
        socket.destroy();
      } else if (fault === 'corrupt') {
        const other = Buffer.concat([body.subarray(0, -1), Buffer.of(0)]);
        this.#send(socket, { ...answer, body: other });
      } else {
        socket.write(this.#head(answer), 'latin1');
        if (fault !== 'stall') socket.write(body.subarray(0, fault.truncateAt), () => socket.destroy());
      }
    }
  }

  #head({ status, headers, body }: Answer): string {
    const now = performance.now();
    if (now > this.#commonAt + 1_000) {
      this.#common = commonHeaders();
      this.#commonAt = now;
    }
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
    return `${line}${this.#common}${headers}Content-Length: ${body.length}\r\n\r\n`;
  }

  #send(socket: Socket, answer: Answer, headOnly = false): void {
    if (socket.destroyed) return;
    const { body } = answer;
    const head = this.#head(answer);
    if (headOnly) {
      socket.write(head, 'latin1');
    } else if (body.length <= COPIED_BYTES) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 'latin1');
      body.copy(bytes, head.length);
      socket.write(bytes);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    if (this.records) socket.emit('answered');
  }

  #answerTo(request: Request, name: string, key: string): Answer {
    const { method, target, head } = request;
    const bucket = this.buckets.get(name);
    if (method === 'PUT' && key !== '') return this.#put(request, name, key);
    if (!bucket && !this.makesBuckets) return failure(404, 'NoSuchBucket');
    if (key === '' && method === 'GET') {
      const mark = target.indexOf('?');
      const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark));
      const modified = this.#startedAt.toISOString();
      const page = listPage(name, bucket ?? new Bucket(), query, modified, this.#pageSize);
      return { status: 200, headers: 'Content-Type: application/xml\r\n', body: Buffer.from(page) };
    }
    if (method !== 'GET' && method !== 'HEAD') return failure(501, 'NotImplemented');
    const object = bucket?.objects.get(key);
    if (!object) return failure(404, 'NoSuchKey');
    const headers = objectHeaders(object, this.#modified, this.hasCrc32 && CHECKSUM_MODE.test(head));
    return { status: 200, headers, body: object.body };
  }

  #put({ head, body }: Request, name: string, key: string): Answer {
    let bucket = this.buckets.get(name);
    if (!bucket) {
      if (!this.makesBuckets) return failure(404, 'NoSuchBucket');
      bucket = new Bucket();
      this.buckets.set(name, bucket);
    }
    const held = bucket.objects.get(key);
    const [, expected] = IF_MATCH.exec(head) ?? [];
    if (expected !== undefined && !held) return failure(404, 'NoSuchKey');
    if (held && (IF_NONE_MATCH.test(head) || (expected !== undefined && expected !== `"${held.md5}"`))) {
      return failure(412, 'PreconditionFailed');
    }
    const kept = Object.entries(headersOf(head)).filter(([header]) => KEPT.test(header));
    const { md5 } = bucket.put(key, body, Object.fromEntries(kept));
    return { status: 200, headers: `ETag: "${md5}"\r\n`, body: NOTHING };
  }
}

/** What makes the program and the SDKs talk to a server. */
export function environmentOf(url: string) {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function failure(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
  message = 'scripted',
): Answer {
  const lines = Object.entries({ 'content-type': 'application/xml', ...headers });
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    headers: lines.map(([name, value]) => `${name}: ${value}\r\n`).join(''),
    body: Buffer.from(xml),
  };
}

function commonHeaders(): string {
  return (
    'x-amz-id-2: 3zTPoQOZnLVCPZvBcCXJTN9cLXbkFQ4LRV6jUiQf1Ht2S1AgdUbLPRmMFRhmR4PhUNvqTDpkLCY=\r\n' +
    `x-amz-request-id: ${Date.now().toString(36).toUpperCase().padStart(16, '0')}\r\n` +
    `Date: ${new Date().toUTCString()}\r\nServer: AmazonS3\r\n`
  );
}

function objectHeaders({ md5, crc32, lines }: StoredObject, modified: string, withCrc32: boolean): string {
  return (
    `Last-Modified: ${modified}\r\nETag: "${md5}"\r\nx-amz-server-side-encryption: AES256\r\n` +
    (withCrc32 ? `x-amz-checksum-crc32: ${crc32}\r\nx-amz-checksum-type: FULL_OBJECT\r\n` : '') +
    `Accept-Ranges: bytes\r\n${lines}`
  );
}

/** By lower-case name. */
function headersOf(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1);
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function decoded(path: string): string {
  return path.includes('%') ? decodeURIComponent(path) : path;
}
