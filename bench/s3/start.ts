import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../../test/servers/s3/server.ts';
import { run, start } from '../child.ts';
import { FOLDER } from '../corpus.ts';
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
  /** The same server over TLS. */
  readonly tls: Pick<S3, 'endpoint' | 'environment'>;
  /** Also forgets when objects were first asked for. */
  set(settings: Settings): Promise<void>;
  stats(): Promise<Stats>;
  stop(): void;
}

/** Starts the server over corpora, by `bucket/prefix`. */
export async function startS3(corpora: Readonly<Record<string, string>>): Promise<S3> {
  const places = Object.entries(corpora).map(([place, folder]) => `${place}=${folder}`);
  const tlsFolder = await certificate();
  const child = start(process.execPath, ['--max-old-space-size=8192', SERVER, ...places], {
    env: { ...process.env, BENCH_TLS: tlsFolder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout as Readable);
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'close').then(() => {
      throw new Error('the S3 server ended before it began');
    }),
  ]);
  const [port, tlsPort] = String(line).split(' ');
  const endpoint = `http://127.0.0.1:${port}`;
  const tls = `https://127.0.0.1:${tlsPort}`;
  const trusted = { NODE_EXTRA_CA_CERTS: join(tlsFolder, 'certificate') };
  return {
    endpoint,
    tls: { endpoint: tls, environment: { ...environmentOf(tls), ...trusted } },
    environment: environmentOf(endpoint),
    set: (settings) => setAt(endpoint, settings),
    stats: () => statsOf(endpoint),
    stop: () => child.kill(),
  };
}

/** Makes a key and a certificate for this machine, or takes those of an earlier run. Resolves to their folder. */
async function certificate(): Promise<string> {
  const folder = join(FOLDER, 'tls');
  const file = join(folder, 'certificate');
  if (existsSync(file)) return folder;
  mkdirSync(folder, { recursive: true });
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'];
  const name = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', ...kind, ...name, '-keyout', join(folder, 'key'), '-out', file]);
  return folder;
}

export async function setAt(endpoint: string, settings: Settings): Promise<void> {
  const query = new URLSearchParams(settings as Record<string, string>);
  await (await fetch(`${endpoint}/_bench/set?${query}`)).text();
}

export async function statsOf(endpoint: string): Promise<Stats> {
  return (await (await fetch(`${endpoint}/_bench/stats`)).json()) as Stats;
}
