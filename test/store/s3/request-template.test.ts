import * as sdk from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { requestTemplate } from '../../../src/store/s3/request-template.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

async function formOf(config: sdk.S3ClientConfig, identity = KEYS) {
  const client = new sdk.S3Client({ region: 'eu-west-1', credentials: KEYS, ...config });
  return requestTemplate({ sdk, client, name: 'my-bucket' }, identity);
}

describe('the form of GETs follows the client', () => {
  test.each<[string, sdk.S3ClientConfig, string, string]>([
    ['by default', {}, 'https://my-bucket.s3.eu-west-1.amazonaws.com', '/'],
    ['path-style', { forcePathStyle: true }, 'https://s3.eu-west-1.amazonaws.com', '/my-bucket/'],
    ['FIPS', { useFipsEndpoint: true }, 'https://my-bucket.s3-fips.eu-west-1.amazonaws.com', '/'],
    [
      'dual stack',
      { useDualstackEndpoint: true },
      'https://my-bucket.s3.dualstack.eu-west-1.amazonaws.com',
      '/',
    ],
    ['accelerated', { useAccelerateEndpoint: true }, 'https://my-bucket.s3-accelerate.amazonaws.com', '/'],
    ['an endpoint', { endpoint: 'http://s3.example:9000' }, 'http://my-bucket.s3.example:9000', '/'],
    [
      'an endpoint with a path',
      { endpoint: 'http://[::1]:9000/s3', forcePathStyle: true },
      'http://[::1]:9000',
      '/s3/my-bucket/',
    ],
  ])('%s', async (_, config, origin, base) => {
    expect(await formOf(config)).toMatchObject({ origin, base });
  });
});

test('there is none when our signature is not the SDK’s', async () => {
  expect(await formOf({}, { ...KEYS, secretAccessKey: 'another' })).toBeUndefined();
  expect(await formOf({ signer: { sign: async (request) => request } })).toBeUndefined();
});

test('the client makes its own requests as before', async () => {
  const client = new sdk.S3Client({
    region: 'eu-west-1',
    credentials: KEYS,
    cacheMiddleware: true,
    endpoint: 'http://127.0.0.1:9',
    maxAttempts: 1,
  });
  await requestTemplate({ sdk, client, name: 'my-bucket' }, KEYS);
  const command = new sdk.GetObjectCommand({ Bucket: 'my-bucket', Key: 'a' });
  await expect(client.send(command)).rejects.toThrow();
});
