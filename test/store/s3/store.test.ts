import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  AccessError,
  AlreadyExistsError,
  LoadError,
  RunError,
  TransientError,
} from '../../../src/shared/errors.ts';
import { openStore } from '../../../src/store/open.ts';
import type { ConnectOptions } from '../../../src/store/s3/client.ts';
import { S3Store } from '../../../src/store/s3/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { type S3Options, type S3Server, startS3Server } from '../../servers/s3/server.ts';
import { describeStore, listAll } from '../store-contract.ts';

const running: S3Server[] = [];
const opened: Store[] = [];

async function serve(options: S3Options = {}): Promise<S3Server> {
  const server = await startS3Server(options);
  running.push(server);
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  return server;
}

/** Waits for tens of milliseconds where the program waits for seconds. */
function store(options: Partial<ConnectOptions> = {}): Store {
  const made = new S3Store('bucket', 'root', { baseDelay: 10, ...options });
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const made of opened.splice(0)) made.close();
  for (const server of running.splice(0)) await server.close();
  vi.unstubAllEnvs();
});

describeStore('S3 over the scripted server', async () => {
  await serve({ pageSize: 500, objects: { 'elsewhere/x': 'not ours', 'root/': '' } });
  return openStore('s3://bucket/root');
});

const isGet = ({ method, key }: { method: string; key: string }) => method === 'GET' && key !== '';
const isList = ({ key }: { key: string }) => key === '';
const body = 'x'.repeat(200_000);
const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

describe('a passing fault is survived', () => {
  test.each([
    ['503 SlowDown', { status: 503, code: 'SlowDown' }],
    ['500', { status: 500 }],
    ['429 with retry-after', { status: 429, code: 'TooManyRequests', headers: { 'retry-after': '0' } }],
    ['a reset', 'reset'],
    ['a body cut in the middle', { truncateAt: 100_000 }],
    ['a body cut before its first byte', { truncateAt: 0 }],
    ['a connection that falls silent in the body', 'stall'],
  ] as const)('%s', async (_, does) => {
    const server = await serve({ objects: { 'root/a': body }, faults: [{ does, times: 2 }] });
    expect(await text(store({ idleTimeout: 200 }).get('a'))).toBe(body);
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    ['503 SlowDown', { status: 503, code: 'SlowDown' }],
    ['a reset', 'reset'],
    ['a page cut in the middle', { truncateAt: 150 }],
  ] as const)('%s while listing', async (_, does) => {
    await serve({ objects: { 'root/a': '1', 'root/b': '2' }, faults: [{ on: isList, does, times: 2 }] });
    expect((await listAll(store(), '')).map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('an outage of a second with 64 loads in flight costs none of them', async () => {
    const keys = Array.from({ length: 200 }, (_, n) => `k/${n}`);
    const server = await serve({ objects: Object.fromEntries(keys.map((key) => [`root/${key}`, key])) });
    const s3 = store({ baseDelay: 100 });
    server.inject({ does: { status: 503 } });
    setTimeout(() => server.heal(), 1_000);
    expect(await Promise.all(keys.map((key) => text(s3.get(key))))).toEqual(keys);
  });

  test('a checksum that does not fit the body is read again, and at last costs the object', async () => {
    const server = await serve();
    server.set('root/a', 'right', { 'x-amz-checksum-crc32': 'AAAAAA==' });
    const failure = await store({ attempts: 3 })
      .get('a')
      .catch((error) => error);
    expect(failure).toBeInstanceOf(AccessError);
    expect(failure.message).toContain('reading s3://bucket/root/a, 3 times: Checksum mismatch');
    expect(server.requests).toHaveLength(3);
  });
});

describe('a fault that lasts', () => {
  test.each([
    ['503', { status: 503, code: 'SlowDown' }, 'HTTP 503 SlowDown'],
    ['a reset', 'reset', 'ECONNRESET'],
    ['a cut body', { truncateAt: 10 }, '3 times: the body broke off'],
    ['silence', { delay: 60_000 }, 'Headers Timeout'],
  ] as const)(
    '%s costs the object after the tries agreed, as a fault that passes',
    async (_, does, message) => {
      const server = await serve({ objects: { 'root/a': body }, faults: [{ does }] });
      const failure = await store({ attempts: 3, idleTimeout: 100 })
        .get('a')
        .catch((error) => error);
      expect(failure).toBeInstanceOf(AccessError);
      expect(failure.exitCode).toBe(75);
      expect(failure.message).toContain('s3://bucket/root/a');
      expect(failure.message).toContain(message);
      expect(server.requests).toHaveLength(3);
    },
  );

  test('nobody listening ends the run, which may be tried again, and says where to look', async () => {
    const server = await serve();
    await server.close();
    running.pop();
    const failure = await store({ attempts: 2 })
      .list('')
      .catch((error) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toMatch(/ECONNREFUSED.*store unreachable; check the network/);
  });

  test('a host that does not exist is not asked again', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://nothing.invalid');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    const started = performance.now();
    await expect(store({ baseDelay: 60_000 }).list('')).rejects.toThrow(RunError);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

test.each([203, 206])(
  'what comes with status %i is not the object, and is asked for again',
  async (status) => {
    const headers = { ETag: '"0123"' };
    await serve({ objects: { 'root/a': body }, faults: [{ does: { status, headers }, times: 1 }] });
    expect(await text(store().get('a'))).toBe(body);
    await serve({ objects: { 'root/a': body }, faults: [{ does: { status, headers } }] });
    await expect(store({ attempts: 2 }).get('a')).rejects.toMatchObject({
      message: expect.stringContaining(`expected an answer of S3, found one of status ${status}`),
      passes: true,
    });
  },
);

describe('the page of a gateway is no answer', () => {
  const page = '<!DOCTYPE html><html><body><p>Please sign in</p></body></html>';
  const calls: readonly (readonly [string, (of: Store) => Promise<unknown>, object])[] = [
    ['a listing', (of) => of.list(''), TransientError],
    ['an object', (of) => of.get('a'), AccessError],
    ['a put', (of) => of.put('b', 'x'), TransientError],
    ['a conditional put', (of) => of.putIfAbsent('b', 'x'), TransientError],
    ['a probe', (of) => of.checkWritable('c/'), TransientError],
  ];

  test.each(calls.flatMap((call) => ['', page].map((text) => [...call, text] as const)))(
    '%s',
    async (_, call, error, text) => {
      const server = await serve({ objects: { 'root/a': body }, faults: [{ does: { page: text } }] });
      const failed = await call(store({ attempts: 3 })).catch((reason: unknown) => reason);
      expect(failed).toBeInstanceOf(error);
      expect(failed).toMatchObject({ exitCode: 75, message: expect.stringContaining('an answer of S3') });
      server.heal();
      expect((await store().list('')).objects.map(({ key }) => key)).toEqual(['a']);
    },
  );

  test('once, and the next try is answered', async () => {
    await serve({ objects: { 'root/a': body }, faults: [{ does: { page }, times: 2 }] });
    expect((await store().list('')).objects).toHaveLength(1);
  });
});

test('a listing whose keys come encoded has them decoded', async () => {
  const entry = '<Contents><Key>root/a%20b%2B+c</Key><Size>1</Size><ETag>x</ETag></Contents>';
  const page = `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${entry}</ListBucketResult>`;
  await serve({ faults: [{ does: { page } }] });
  expect((await store().list('')).objects.map(({ key }) => key)).toEqual(['a b+ c']);
});

test('a listing whose keys are not encoded as it says is no listing, and no fault of the program', async () => {
  const entry = '<Contents><Key>root/100%</Key><Size>1</Size><ETag>x</ETag></Contents>';
  const page = `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${entry}</ListBucketResult>`;
  await serve({ faults: [{ does: { page }, times: 9 }] });
  await expect(store({ attempts: 2 }).list('')).rejects.toMatchObject({
    exitCode: 75,
    message: expect.stringContaining('root/100% is not encoded'),
  });
});

test.each([408, 509, 520])('status %i passes', async (status) => {
  const server = await serve({ objects: { 'root/a': body }, faults: [{ does: { status }, times: 2 }] });
  expect(Buffer.from(await store().get('a')).toString()).toBe(Buffer.from(body).toString());
  expect(server.requests).toHaveLength(3);
});

test('credentials that no header may hold are named', async () => {
  await serve();
  vi.stubEnv('AWS_SESSION_TOKEN', 'token\n');
  await expect(store().list('')).rejects.toThrow(/a credential holds a line end.*AWS_SESSION_TOKEN/);
});

describe('a refusal', () => {
  const refuse = (status: number, code: string) => serve({ faults: [{ does: { status, code } }] });

  test('of the listing ends the run and names the permission', async () => {
    const server = await refuse(403, 'AccessDenied');
    const failure = await store()
      .list('2026/')
      .catch((error) => error);
    expect(failure).toBeInstanceOf(RunError);
    expect(failure.message).toMatch(
      /listing s3:\/\/bucket\/root\/2026\/.*403 AccessDenied.*allow s3:ListBucket/,
    );
    // Ours, and the SDK's, which knows what a refusal means.
    expect(server.requests).toHaveLength(2);
  });

  test('of one object costs that object', async () => {
    await refuse(403, 'AccessDenied');
    await expect(store().get('a')).rejects.toThrow(AccessError);
    await expect(store().get('a')).rejects.toThrow('allow s3:GetObject');
    await expect(store().put('a', 'x')).rejects.toThrow(RunError);
    await expect(store().put('a', 'x')).rejects.toThrow('allow s3:PutObject');
  });

  test.each([
    ['InvalidAccessKeyId', RunError],
    ['ExpiredToken', TransientError],
  ])('of the credentials ends the run: %s', async (code, kind) => {
    await refuse(403, code);
    const failure = await store({ attempts: 2 })
      .get('a')
      .catch((error) => error);
    expect(failure.constructor).toBe(kind);
    expect(failure.message).toContain('check AWS_ACCESS_KEY_ID');
  });

  test.each([
    ['InvalidObjectState', 403, 'restore it'],
    ['KMS.DisabledException', 400, 'allow kms:Decrypt'],
    ['UnheardOf', 418, 'check the URI'],
  ])('of one object says what to do: %s', async (code, status, advice) => {
    await refuse(status, code);
    const failure = await store()
      .get('a')
      .catch((error) => error);
    expect(failure).toBeInstanceOf(AccessError);
    expect(failure.exitCode).toBe(1);
    expect(failure.message).toContain(advice);
  });

  test('of another region says which setting', async () => {
    await serve({
      faults: [
        {
          does: {
            status: 301,
            code: 'PermanentRedirect',
            headers: { 'x-amz-bucket-region': 'eu-west-3' },
          },
        },
      ],
    });
    await expect(store().list('')).rejects.toThrow('set AWS_REGION to eu-west-3');
  });

  test('of the bucket', async () => {
    await serve();
    const other = new S3Store('other', '');
    opened.push(other);
    await expect(other.list('')).rejects.toThrow(RunError);
    await expect(other.list('')).rejects.toThrow('no such bucket');
  });
});

describe('a conditional put', () => {
  test('whose answer was lost still knows that it won', async () => {
    const server = await serve({ faults: [{ does: 'lost', times: 1 }] });
    await store().putIfAbsent('claim', 'mine');
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
  });

  test('that was tried again still knows that another won', async () => {
    const server = await serve({
      objects: { 'root/claim': 'theirs' },
      faults: [{ does: 'reset', times: 1 }],
    });
    await expect(store().putIfAbsent('claim', 'theirs')).rejects.toThrow(AlreadyExistsError);
    expect(server.objects.get('root/claim')?.body.toString()).toBe('theirs');
  });

  test('that met another is repeated', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' };
    const server = await serve({ faults: [{ does: conflict, times: 2 }] });
    await store().putIfAbsent('claim', 'mine');
    expect(server.objects.get('root/claim')?.body.toString()).toBe('mine');
    server.inject({ does: conflict });
    await expect(store({ attempts: 2 }).putIfAbsent('other', 'x')).rejects.toThrow(TransientError);
  });
});

test('a body that is too large is not read', async () => {
  const server = await serve({ objects: { 'root/a': body } });
  const s3 = store({ maxSockets: 1, connectTimeout: 1_000, attempts: 2 });
  const refused = s3.get('a', { maxBytes: 10 });
  await expect(refused).rejects.toThrow(LoadError);
  await expect(refused).rejects.toThrow(`found ${body.length}`);
  // With the one socket still held by the unread body this one would wait for ever.
  expect(await s3.get('a')).toHaveLength(body.length);
  expect(server.requests).toHaveLength(2);
});

describe('an abort ends with its reason', () => {
  const reason = new Error('told to stop');

  test.each([
    ['before the answer', { delay: 60_000 }],
    ['within the body', 'stall'],
    ['between two tries', { status: 503, code: 'SlowDown' }],
    ['between two reads', { truncateAt: 1 }],
  ] as const)('%s', async (_, does) => {
    await serve({ objects: { 'root/a': body }, faults: [{ does }] });
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 300);
    const started = performance.now();
    const got = store({ baseDelay: 60_000 }).get('a', { signal: controller.signal });
    await expect(got).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('with many loads on one signal, without a warning of leaks', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const keys = Array.from({ length: 100 }, (_, n) => `${n}`);
    await serve({ objects: Object.fromEntries(keys.map((key) => [`root/${key}`, key])) });
    const { signal } = new AbortController();
    const s3 = store();
    await Promise.all(keys.map((key) => s3.get(key, { signal })));
    await new Promise(setImmediate);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});

test('a server by the name of localhost is addressed path-style', async () => {
  const server = await serve({ objects: { 'root/a': 'x' } });
  vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url.replace('127.0.0.1', 'localhost'));
  expect(await store().get('a')).toHaveLength(1);
});

test('keeps 128 loads in flight', async () => {
  const keys = Array.from({ length: 256 }, (_, n) => `${n}`);
  const server = await serve({
    objects: Object.fromEntries(keys.map((key) => [`root/${key}`, key])),
    faults: [{ on: isGet, does: { delay: 300 } }],
  });
  const s3 = store();
  await Promise.all(keys.map((key) => s3.get(key)));
  expect(server.busiest).toBeGreaterThanOrEqual(128);
});

test('falls back to a region where none is configured', async () => {
  await serve({ objects: { 'root/a': 'x' } });
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  expect(await store().get('a')).toHaveLength(1);
  vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-1\r\n');
  expect(await store().get('a')).toHaveLength(1);
});
