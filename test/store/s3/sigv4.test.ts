import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { amzDate, encodePath, signedHeaders, signerOf } from '../../../src/store/s3/sigv4.ts';

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the SDK sends for a key, up to the moment at which it would. */
async function sentBySdk(client: S3Client, Bucket: string, Key: string): Promise<Sent> {
  const command = new GetObjectCommand({ Bucket, Key });
  let sent: Sent | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      sent = args.request as Sent;
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await client.send(command);
  return sent as Sent;
}

/** Any text without lone surrogates: mostly characters that mean something in a URL, and some from everywhere. */
function randomKey(random: () => number): string {
  const special = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\u00e9\u007f\u0001\u6f22\u{1f600}';
  const characters = [...special];
  const length = 1 + Math.floor(random() * 60);
  const any = () => String.fromCodePoint(32 + Math.floor(random() * 0xd000));
  const pick = () => characters[Math.floor(random() * characters.length)] as string;
  return Array.from({ length }, () => (random() < 0.3 ? any() : random() < 0.5 ? pick() : 'k')).join('');
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

test.each<[string, S3ClientConfig]>([
  ['a bucket as a host', { region: 'eu-west-1', credentials: KEYS }],
  ['a session token', { region: 'us-gov-east-1', credentials: { ...KEYS, sessionToken: 'IQo//+==' } }],
  [
    'a path-style endpoint',
    { region: 'us-east-1', credentials: KEYS, endpoint: 'http://127.0.0.1:9000', forcePathStyle: true },
  ],
])('signs a thousand keys as the SDK does: %s', async (_, config) => {
  const client = new S3Client(config);
  const sign = signerOf(KEYS, { region: config.region as string, service: 's3' });
  const random = randomFrom(7);
  for (let n = 0; n < 1000; n++) {
    const key = randomKey(random);
    const { path, headers } = await sentBySdk(client, 'bucket', key);
    expect(path).toBe((config.forcePathStyle ? '/bucket/' : '/') + encodePath(key));
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
    const signed = signedHeaders(Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])));
    const ours = sign(path, 'x-id=GetObject', signed, headers['x-amz-date'] ?? '');
    expect(ours).toBe(headers.authorization);
  }
});

// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Example: GET Object".
test('signs the example of the documentation', () => {
  const sign = signerOf(
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    { region: 'us-east-1', service: 's3' },
  );
  const headers = signedHeaders({
    range: 'bytes=0-9',
    'x-amz-date': '20130524T000000Z',
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
  expect(sign('/test.txt', '', headers, '20130524T000000Z')).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('goes on into the next day', () => {
  const headers = signedHeaders({ host: 'h', 'x-amz-date': 'x' });
  const times = ['20260711T235959Z', '20260712T000000Z', '20260711T235959Z'];
  const one = signerOf(KEYS, { region: 'r', service: 's3' });
  const afresh = (time: string) => signerOf(KEYS, { region: 'r', service: 's3' })('/k', '', headers, time);
  expect(times.map((time) => one('/k', '', headers, time))).toEqual(times.map(afresh));
});

test('dates are written as AWS does', () => {
  expect(amzDate(Date.UTC(2026, 6, 1, 2, 3, 4, 567))).toBe('20260701T020304Z');
});
