import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AccessError, ChangedError, LoadError, TransientError } from '../../src/shared/errors.ts';
import type { ConnectOptions } from '../../src/store/s3/client.ts';
import { S3Store } from '../../src/store/s3/store.ts';
import { type S3Options, type S3Request, type S3Server, startS3Server } from '../servers/s3/server.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.unstubAllEnvs();
});

async function serve(options: S3Options = {}): Promise<S3Server> {
  const server = await startS3Server(options);
  cleanups.push(() => server.close());
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  return server;
}

function store(options: Partial<ConnectOptions> = {}): S3Store {
  const made = new S3Store('bucket', 'root', { baseDelay: 10, ...options });
  cleanups.push(() => made.close());
  return made;
}

/** Listens, and gives its URL. */
async function listening(server: Server, scheme = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The SDK's requests say which try they are. */
const isSdk = ({ headers }: S3Request) => 'amz-sdk-request' in headers;
const keyOf = ({ headers }: S3Request) => /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1];
const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

describe('the ordinary read', () => {
  test('is made without the SDK, one request an object', async () => {
    const server = await serve({ objects: { 'root/a b': 'x' } });
    const s3 = store();
    expect(await text(s3.get('a b'))).toBe('x');
    expect(server.requests.map(isSdk)).toEqual([false]);
    expect(s3.reads).toEqual({ retried: 0, bySdk: 0 });
  });

  test('of what is not there asks once', async () => {
    const server = await serve();
    await expect(store().get('missing', { maxBytes: 10 })).rejects.toThrow('there is no such object');
    expect(server.requests.map(isSdk)).toEqual([false]);
  });

  test('carries the session token', async () => {
    const server = await serve({ objects: { 'root/a': 'x' } });
    vi.stubEnv('AWS_SESSION_TOKEN', 'IQo//+==');
    await store().get('a');
    const [{ headers }] = server.requests as [S3Request];
    expect(headers['x-amz-security-token']).toBe('IQo//+==');
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
  });

  test('uses renewed credentials of a container as soon as the SDK has them', async () => {
    const server = await serve({ objects: { 'root/a': 'x' } });
    let issued = 0;
    // Expires so soon that the SDK asks anew for every request.
    const container = createHttpServer((_, response) => {
      issued += 1;
      const Expiration = new Date(Date.now() + 1_000).toISOString();
      const keys = { AccessKeyId: `KEY${issued}`, SecretAccessKey: 's', Token: `t${issued}`, Expiration };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
    });
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${await listening(container)}/`);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) {
      vi.stubEnv(name, undefined);
    }
    const s3 = store();
    for (let n = 0; n < 3; n++) expect(await text(s3.get('a'))).toBe('x');
    expect(new Set(server.requests.map(keyOf)).size).toBeGreaterThan(1);
    expect(server.requests.map(isSdk)).toEqual([false, false, false]);
    for (const request of server.requests) {
      expect(request.headers['x-amz-security-token']).toBe(keyOf(request)?.replace('KEY', 't'));
    }
  });
});

describe('what is out of the ordinary is left to the SDK, once, and counted', () => {
  test.each([
    ['an unknown status', { status: 418 }],
    ['a redirect', { status: 301, code: 'PermanentRedirect' }],
    ['a clock that is wrong', { status: 403, code: 'RequestTimeTooSkewed' }],
    ['an answer that is no HTTP', 'garbled'],
  ] as const)('%s', async (_, does) => {
    const server = await serve({ objects: { 'root/a': 'x' }, faults: [{ does, times: 1 }] });
    const s3 = store();
    expect(await text(s3.get('a'))).toBe('x');
    expect(server.requests.map(isSdk)).toEqual([false, true]);
    expect(s3.reads).toEqual({ retried: 0, bySdk: 1 });
  });

  test('credentials that cannot be signed with', async () => {
    const server = await serve({ objects: { 'root/a': 'x', 'root/b': 'y' } });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'has/a/slash');
    const s3 = store();
    expect(await text(s3.get('a'))).toBe('x');
    expect(await text(s3.get('b'))).toBe('y');
    expect(server.requests.map(isSdk)).toEqual([true, true]);
    expect(s3.reads.bySdk).toBe(2);
  });

  test('a fault of the TLS handshake', async () => {
    await serve();
    // Speaks no TLS.
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('hello'));
    vi.stubEnv('AWS_ENDPOINT_URL_S3', await listening(server, 'https'));
    await expect(store({ attempts: 2 }).get('a')).rejects.toThrow(/root\/a/);
  });
});

describe('damage', () => {
  const body = 'x'.repeat(5_000);

  test('that the ETag shows is read again', async () => {
    const server = await serve({ objects: { 'root/a': body }, faults: [{ does: 'corrupt', times: 2 }] });
    const s3 = store();
    expect(await text(s3.get('a'))).toBe(body);
    expect(server.requests).toHaveLength(3);
    expect(s3.reads).toEqual({ retried: 2, bySdk: 0 });
  });

  test('that lasts costs the object, and says what to do where ETags are no digests', async () => {
    await serve({ objects: { 'root/a': body }, faults: [{ does: 'corrupt' }] });
    const failure = await store({ attempts: 3 })
      .get('a')
      .catch((error) => error);
    expect(failure).toBeInstanceOf(AccessError);
    expect(failure.message).toMatch(
      /3 times: Checksum mismatch: expected MD5 .*RESPONSE_CHECKSUM_VALIDATION/,
    );
    vi.stubEnv('AWS_RESPONSE_CHECKSUM_VALIDATION', 'when_required');
    expect(await store().get('a')).toHaveLength(body.length);
  });

  test.each([
    ['encrypted under a key of KMS', { 'x-amz-server-side-encryption': 'aws:kms' }],
    ['encrypted by the customer', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
    ['uploaded in parts', { etag: '"0123456789abcdef0123456789abcdef-3"', 'x-amz-checksum-crc32': 'AA==-3' }],
  ])('is not seen in an ETag that is no MD5: %s', async (_, headers) => {
    const server = await serve({ faults: [{ does: 'corrupt' }] });
    server.set('root/a', body, headers);
    expect(await store().get('a')).toHaveLength(body.length);
  });

  test.each(['crc32', 'sha1', 'sha256'])('is seen by a checksum: %s', async (algorithm) => {
    const server = await serve();
    server.set('root/a', body, { [`x-amz-checksum-${algorithm}`]: CHECKSUMS[algorithm] as string });
    server.set('root/b', body, { [`x-amz-checksum-${algorithm}`]: 'AAAA' });
    const s3 = store({ attempts: 2 });
    expect(await s3.get('a')).toHaveLength(body.length);
    await expect(s3.get('b')).rejects.toThrow('Checksum mismatch');
  });
});

/** Of five thousand x, by Python's zlib and hashlib. */
const CHECKSUMS: Readonly<Record<string, string>> = {
  crc32: 'ANvwJg==',
  sha1: 'wGih9U13lltCinlpElMTzimruTs=',
  sha256: 'xZ08BIDMLXHY9kbnNektplRQMR7sRugaXbjH5uipIFQ=',
};

test('a body in chunks that breaks off is not taken for whole', async () => {
  await serve();
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(`${head}2\r\n{}\r\n`));
  });
  vi.stubEnv('AWS_ENDPOINT_URL_S3', await listening(server));
  await expect(store({ attempts: 2 }).get('a')).rejects.toThrow(/2 times: the body broke off/);
});

describe('a socket', () => {
  test('is waited for no longer than until the abort', async () => {
    const server = await serve({ objects: { 'root/a': 'x', 'root/b': 'y' } });
    server.inject({ does: 'stall', on: ({ key }) => key === 'root/a' });
    const s3 = store({ maxSockets: 1, idleTimeout: 3_000, attempts: 1 });
    await s3.get('b');
    const holding = s3.get('a').catch(() => {});
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('told to stop')), 200);
    const started = performance.now();
    await expect(s3.get('b', { signal: controller.signal })).rejects.toThrow('told to stop');
    expect(performance.now() - started).toBeLessThan(2_000);
    await holding;
  });

  test('is free again at once when a body is too large to be taken', async () => {
    const server = await serve({ objects: { 'root/a': 'x'.repeat(100), 'root/b': 'y' } });
    server.inject({ does: 'stall', on: ({ key }) => key === 'root/a' });
    const s3 = store({ maxSockets: 1, idleTimeout: 10_000 });
    const started = performance.now();
    await expect(s3.get('a', { maxBytes: 10 })).rejects.toThrow('found 100');
    expect(await text(s3.get('b'))).toBe('y');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

test('a handshake that never ends is given up', async () => {
  await serve();
  const silent = createTcpServer((socket) => void cleanups.push(() => socket.destroy()));
  vi.stubEnv('AWS_ENDPOINT_URL_S3', await listening(silent, 'https'));
  const started = performance.now();
  await expect(store({ attempts: 2, connectTimeout: 300 }).get('a')).rejects.toThrow(TransientError);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a server that asks to slow down gets every object read', async () => {
  const keys = Array.from({ length: 400 }, (_, n) => `${n}`);
  const server = await serve({ objects: Object.fromEntries(keys.map((key) => [`root/${key}`, key])) });
  // Ten in every 20 ms, as a partition that has reached its rate.
  let [slot, count] = [0, 0];
  server.inject({
    does: { status: 503, code: 'SlowDown' },
    on: () => {
      const now = Math.floor(performance.now() / 20);
      if (now !== slot) [slot, count] = [now, 0];
      return ++count > 10;
    },
  });
  const s3 = store({ baseDelay: 20 });
  expect(await Promise.all(keys.map((key) => text(s3.get(key))))).toEqual(keys);
  expect(s3.reads.retried).toBeGreaterThan(0);
  expect(s3.reads.bySdk).toBe(0);
});

describe('an object under a Content-Encoding', () => {
  const json = JSON.stringify({ text: 'x'.repeat(1_000) });

  test.each([
    ['gzip', gzipSync(json)],
    ['aws-chunked,GZIP', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['deflate', deflateSync(json)],
    ['gzip', Buffer.from(json)],
    ['utf-8', Buffer.from(json)],
  ])('%s is read', async (encoding, stored) => {
    const server = await serve();
    server.set('root/a', stored, { 'content-encoding': encoding });
    expect(await text(store().get('a', { maxBytes: 2_000 }))).toBe(json);
  });

  test.each(['', '{', '\x1f'])('of gzip is read as it is when it holds no more than %j', async (stored) => {
    const server = await serve();
    server.set('root/a', stored, { 'content-encoding': 'gzip' });
    expect(await text(store().get('a'))).toBe(stored);
  });

  test('is too large by what it unpacks to', async () => {
    const server = await serve();
    server.set('root/a', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' });
    const read = store().get('a', { maxBytes: 100_000 });
    await expect(read).rejects.toThrow(LoadError);
    await expect(read).rejects.toThrow('100000 bytes at most, found more, unpacked');
  });

  test.each([
    ['compress', Buffer.from(json), 'found compress'],
    ['gzip', gzipSync(json).subarray(0, 30), 'unexpected end of file'],
  ])('that cannot be unpacked says so, and may be read once its header is right: %s', async (...row) => {
    const [encoding, stored, message] = row;
    const server = await serve();
    server.set('root/a', stored, { 'content-encoding': encoding });
    await expect(store().get('a')).rejects.toThrow(AccessError);
    await expect(store().get('a')).rejects.toThrow(message);
  });
});

test('gives only the object that was listed', async () => {
  const server = await serve({ objects: { 'root/a': 'one' } });
  const s3 = store();
  const [{ etag } = { etag: '' }] = (await s3.list('')).objects;
  expect(await text(s3.get('a', { etag }))).toBe('one');
  server.set('root/a', 'two');
  await expect(s3.get('a', { etag })).rejects.toThrow(ChangedError);
  expect(server.requests).toHaveLength(3);
});

test('gets new credentials when the service calls the old ones expired', async () => {
  const server = await serve({ objects: { 'root/a': 'x' } });
  let issued = 0;
  const container = createHttpServer((_, response) => {
    issued += 1;
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    const keys = { AccessKeyId: `KEY${issued}`, SecretAccessKey: 's', Token: `t${issued}`, Expiration };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  });
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${await listening(container)}/`);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  server.inject({ does: { status: 400, code: 'ExpiredToken' }, on: (request) => keyOf(request) === 'KEY1' });
  expect(await text(store().get('a'))).toBe('x');
  expect(server.requests.map(keyOf)).toEqual(['KEY1', 'KEY2']);
});

test('says that the service of a container gives no credentials, as a fault that passes', async () => {
  await serve();
  const container = createHttpServer((_, response) => response.writeHead(500).end());
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${await listening(container)}/`);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nonexistent');
  const failure = await store({ attempts: 1 })
    .get('a')
    .catch((error) => error);
  expect(failure).toBeInstanceOf(TransientError);
  expect(failure.message).toContain('gives this container its credentials');
});
