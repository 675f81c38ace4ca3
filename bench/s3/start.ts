import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../../test/servers/s3/server.ts';
import { start } from '../child.ts';
import type { Stats } from './stats.ts';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

/** What stays as it is when not given. */
export interface Settings {
  /** Added to every answer, ms; 0 at the start. */
  readonly latency?: number;
  /** Whether objects have a CRC-32 of their own; true at the start. */
  readonly crc32?: boolean;
}

export interface S3 {
  readonly endpoint: string;
  /** What makes the program and the SDKs talk to this server. */
  readonly environment: Readonly<Record<string, string>>;
  /** Also forgets when objects were first asked for. */
  set(settings: Settings): Promise<void>;
  stats(): Promise<Stats>;
  stop(): void;
}

/** Starts the server over corpora, by `bucket/prefix`. */
export async function startS3(corpora: Readonly<Record<string, string>>): Promise<S3> {
  const places = Object.entries(corpora).map(([place, folder]) => `${place}=${folder}`);
  const child = start(process.execPath, ['--max-old-space-size=8192', SERVER, ...places], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout as Readable);
  const [port] = await Promise.race([
    once(lines, 'line'),
    once(child, 'close').then(() => {
      throw new Error('the S3 server ended before it began');
    }),
  ]);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    environment: environmentOf(endpoint),
    set: (settings) => setAt(endpoint, settings),
    stats: () => statsOf(endpoint),
    stop: () => child.kill(),
  };
}

export async function setAt(endpoint: string, settings: Settings): Promise<void> {
  const query = new URLSearchParams(settings as Record<string, string>);
  await (await fetch(`${endpoint}/_bench/set?${query}`)).text();
}

export async function statsOf(endpoint: string): Promise<Stats> {
  return (await (await fetch(`${endpoint}/_bench/stats`)).json()) as Stats;
}
