// An S3 over memory that costs next to nothing: raw sockets, bodies as they lie, one write to an answer. Path-style,
// unsigned or signed alike. Started as a process of its own with `bucket/prefix=FOLDER` for each corpus; prints its
// port, and ends when its stdin does.
import { createServer, type Socket } from 'node:net';
import { Bucket, type StoredObject } from './bucket.ts';
import { Delay } from './delay.ts';
import { listPage } from './listing.ts';
import { type Request, RequestParser } from './request-parser.ts';
import type { Stats } from './stats.ts';

/** Where the server is asked about itself; no bucket can be called so. */
const CONTROL = '/_bench/';
const CHECKSUM_MODE = /\r\nx-amz-checksum-mode: *enabled/i;
const IF_NONE_MATCH = /\r\nif-none-match: *\*/i;
const CONTENT_TYPE = /\r\ncontent-type: *([^\r]+)/i;
/** Bodies up to here are copied behind their head, which is cheaper than a second buffer in the write. */
const COPIED_BYTES = 64 * 1024;

const startedAt = new Date();
const modified = startedAt.toUTCString();
const delay = new Delay();
const buckets = new Map<string, Bucket>();
const counts = { gets: 0, puts: 0, lists: 0 };
let firstGet: Record<string, number> = {};
/** Without, the objects are such as writers left that stored no checksum: only their ETag tells their content. */
let hasCrc32 = true;
let common = commonHeaders();
setInterval(() => {
  common = commonHeaders();
}, 1_000).unref();

interface Answer {
  readonly status: string;
  readonly headers: string;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);

function serve(socket: Socket): void {
  const parser = new RequestParser({
    onRequest(request) {
      if (request.target.startsWith(CONTROL)) return send(socket, control(request));
      const answer = answerTo(request);
      delay.later(() => send(socket, answer, request.method === 'HEAD'));
    },
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
}

function send(socket: Socket, { status, headers, body }: Answer, headOnly = false): void {
  if (socket.destroyed) return;
  const head = `HTTP/1.1 ${status}\r\n${common}${headers}Content-Length: ${body.length}\r\n\r\n`;
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
}

function answerTo(request: Request): Answer {
  const { method, target } = request;
  const mark = target.indexOf('?');
  const path = decoded(mark === -1 ? target : target.slice(0, mark));
  const slash = path.indexOf('/', 1);
  const name = slash === -1 ? path.slice(1) : path.slice(1, slash);
  const key = slash === -1 ? '' : path.slice(slash + 1);
  const bucket = buckets.get(name);
  if (method === 'PUT' && key !== '') return put(request, name, key);
  if (key === '' && method === 'GET') {
    const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark));
    counts.lists += 1;
    const page = listPage(name, bucket ?? new Bucket(), query, startedAt.toISOString());
    return { status: '200 OK', headers: 'Content-Type: application/xml\r\n', body: Buffer.from(page) };
  }
  if (method !== 'GET' && method !== 'HEAD') return failure('501 Not Implemented', 'NotImplemented');
  if (method === 'GET') {
    counts.gets += 1;
    firstGet[name] ??= performance.timeOrigin + performance.now();
  }
  const object = bucket?.objects.get(key);
  if (!object) return failure('404 Not Found', 'NoSuchKey');
  return {
    status: '200 OK',
    headers: objectHeaders(object, hasCrc32 && CHECKSUM_MODE.test(request.head)),
    body: object.body,
  };
}

function put({ head, body }: Request, name: string, key: string): Answer {
  counts.puts += 1;
  const bucket = buckets.get(name) ?? new Bucket();
  buckets.set(name, bucket);
  if (bucket.objects.has(key) && IF_NONE_MATCH.test(head)) {
    return failure('412 Precondition Failed', 'PreconditionFailed');
  }
  const stored = bucket.put(key, body, CONTENT_TYPE.exec(head)?.[1] ?? 'binary/octet-stream');
  return { status: '200 OK', headers: `ETag: "${stored.md5}"\r\n`, body: NOTHING };
}

function failure(status: string, code: string): Answer {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${status}</Message></Error>`;
  return { status, headers: 'Content-Type: application/xml\r\n', body: Buffer.from(xml) };
}

/** `set?latency=MS&crc32=BOOLEAN` changes what it names, and forgets who came first; everything else only asks. */
function control({ target }: Request): Answer {
  const { pathname, searchParams } = new URL(target, 'http://server');
  if (pathname === `${CONTROL}set`) {
    const { latency, crc32 } = Object.fromEntries(searchParams);
    if (latency !== undefined) delay.ms = Number(latency);
    if (crc32 !== undefined) hasCrc32 = crc32 === 'true';
    firstGet = {};
  }
  const { user, system } = process.cpuUsage();
  const stats: Stats = { cpuMs: (user + system) / 1000, ...counts, firstGet };
  return {
    status: '200 OK',
    headers: 'Content-Type: application/json\r\n',
    body: Buffer.from(JSON.stringify(stats)),
  };
}

function commonHeaders(): string {
  return (
    'x-amz-id-2: 3zTPoQOZnLVCPZvBcCXJTN9cLXbkFQ4LRV6jUiQf1Ht2S1AgdUbLPRmMFRhmR4PhUNvqTDpkLCY=\r\n' +
    `x-amz-request-id: ${Date.now().toString(36).toUpperCase().padStart(16, '0')}\r\n` +
    `Date: ${new Date().toUTCString()}\r\nServer: AmazonS3\r\n`
  );
}

function objectHeaders({ md5, crc32, contentType }: StoredObject, withChecksum: boolean): string {
  return (
    `Last-Modified: ${modified}\r\nETag: "${md5}"\r\nx-amz-server-side-encryption: AES256\r\n` +
    (withChecksum ? `x-amz-checksum-crc32: ${crc32}\r\nx-amz-checksum-type: FULL_OBJECT\r\n` : '') +
    `Accept-Ranges: bytes\r\nContent-Type: ${contentType}\r\n`
  );
}

function decoded(path: string): string {
  return path.includes('%') ? decodeURIComponent(path) : path;
}

for (const argument of process.argv.slice(2)) {
  const [, name = '', prefix = '', folder = ''] = /^([^/=]+)\/?([^=]*)=(.+)$/.exec(argument) ?? [];
  const bucket = buckets.get(name) ?? new Bucket();
  buckets.set(name, bucket);
  bucket.load(folder, prefix === '' ? '' : `${prefix}/`);
  // Sorted before anything is measured.
  bucket.keys;
}
const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
