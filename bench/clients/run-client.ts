import { join } from 'node:path';
import { run } from '../child.ts';
import type { Corpus } from '../corpus.ts';
import { PYTHON } from '../python.ts';
import type { S3 } from '../s3/start.ts';
import type { Order, Reading } from './order.ts';

/** Objects at the end of a corpus that are read to warm up, and never among those measured. */
export const SPARE = 500;

/** The corpus as it lies on the server. */
export interface Served {
  readonly s3: S3;
  readonly corpus: Corpus;
  readonly bucket: string;
  readonly overTls?: boolean | undefined;
}

export const PREFIX = 'decision_artifacts';

/** Runs a client of this folder in a fresh process. */
export async function runClient(
  name: string,
  { s3, corpus, bucket, overTls }: Served,
  asked: Pick<Order, 'count' | 'inFlight' | 'threads' | 'latency'>,
): Promise<Reading> {
  const { folder, keys } = corpus;
  const { endpoint, environment } = overTls ? s3.tls : s3;
  const order: Order = {
    endpoint,
    control: s3.endpoint,
    bucket,
    prefix: PREFIX,
    folder,
    keys,
    spare: SPARE,
    ...asked,
  };
  await s3.set({ latency: 0 });
  const file = join(import.meta.dirname, name);
  const command = name.endsWith('.py') ? PYTHON : process.execPath;
  const env = { PATH: process.env.PATH, ...environment };
  return JSON.parse(await run(command, [file, JSON.stringify(order)], { env }));
}
