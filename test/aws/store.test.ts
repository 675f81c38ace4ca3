import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RunError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStore } from '../store/store-contract.ts';
import { type Moto, startMoto } from './servers/moto.ts';
import { startVersitygw, type Versitygw } from './servers/versitygw.ts';

let prefix = 0;
const opened: Store[] = [];

function open(environment: Readonly<Record<string, string>>, bucket: string): Store {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const store = openStore(`s3://${bucket}/test ${++prefix}`);
  opened.push(store);
  return store;
}

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  vi.unstubAllEnvs();
});

describe('versitygw', () => {
  let server: Versitygw;
  beforeAll(async () => {
    server = await startVersitygw();
  });
  afterAll(() => server?.close());

  describeStore('S3 over versitygw', async () => open(server.environment, server.bucket));

  test('a wrong secret says what to check', async () => {
    const store = open({ ...server.environment, AWS_SECRET_ACCESS_KEY: 'wrong' }, server.bucket);
    for (const call of [() => store.list(''), () => store.get('a'), () => store.put('a', 'x')]) {
      await expect(call()).rejects.toThrow(RunError);
      await expect(call()).rejects.toThrow(
        /SignatureDoesNotMatch.*check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY/,
      );
    }
  });

  test('no credentials at all say what to check', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
    const store = open({ ...server.environment, ...none, AWS_CONFIG_FILE: '/none' }, server.bucket);
    await expect(store.list('')).rejects.toThrow(RunError);
    await expect(store.list('')).rejects.toThrow('expected valid AWS credentials');
  });

  test('a bucket that is not there is named', async () => {
    await expect(open(server.environment, 'other-bucket').list('')).rejects.toThrow(
      /s3:\/\/other-bucket\/.*no such bucket/,
    );
  });
});

describe('moto', () => {
  let server: Moto;
  beforeAll(async () => {
    server = await startMoto();
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
      server.environment;
    const client = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    client.destroy();
  });
  afterAll(() => server?.close());

  describeStore('S3 over moto', async () => open(server.environment, 'bucket'));
});
