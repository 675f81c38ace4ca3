import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Running, startProcess } from './process.ts';

const PROGRAM = fileURLToPath(new URL('../../../.bin/versitygw', import.meta.url));

export interface Versitygw extends Running {
  readonly url: string;
  /** Exists and is empty. */
  readonly bucket: string;
  /** What makes the SDK talk to this server, with credentials that are right. */
  readonly environment: Readonly<Record<string, string>>;
}

/** An S3 server that checks signatures, checksums and conditional writes, over a temporary folder. */
export async function startVersitygw(): Promise<Versitygw> {
  const folder = await mkdtemp(join(tmpdir(), 'versitygw-'));
  const bucket = 'bucket';
  await mkdir(join(folder, 'root', bucket), { recursive: true });
  // Metadata beside the files: not every file system has extended attributes.
  await mkdir(join(folder, 'metadata'));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const credentials = { access: 'test-access', secret: 'test-secret' };
  const gateway = ['--quiet', '--keep-alive', '--port', address];
  const backend = ['posix', '--sidecar', join(folder, 'metadata'), join(folder, 'root')];
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { close } = await startProcess(PROGRAM, [...gateway, ...backend], {
      url,
      env: { ROOT_ACCESS_KEY: credentials.access, ROOT_SECRET_KEY: credentials.secret },
    });
    const environment = {
      AWS_ENDPOINT_URL_S3: url,
      AWS_ACCESS_KEY_ID: credentials.access,
      AWS_SECRET_ACCESS_KEY: credentials.secret,
      AWS_REGION: 'us-east-1',
    };
    return { url, bucket, environment, close: () => close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
