// The S3 server as a process of its own, with `bucket/prefix=FOLDER` for each corpus. It prints its port and, where
// BENCH_TLS names a folder with `key` and `certificate`, that for TLS behind it. It ends when its stdin does.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Bucket } from '../../test/servers/s3/bucket.ts';
import type { Request } from '../../test/servers/s3/request-parser.ts';
import { S3Server } from '../../test/servers/s3/server.ts';
import type { Stats } from './stats.ts';

/** Where the server is asked about itself; no bucket can be called so. */
const CONTROL = '/_bench/';

class MeasuredS3 extends S3Server {
  override readonly records = false;
  override readonly makesBuckets = true;
  override hasCrc32 = true;
  readonly #counts = { gets: 0, puts: 0, lists: 0 };
  #firstGet: Record<string, number> = {};

  override intercept({ method, target }: Request): Buffer | undefined {
    if (target.startsWith(CONTROL)) return this.#control(target);
    if (method === 'PUT') {
      this.#counts.puts += 1;
    } else if (target.includes('?list-type=')) {
      this.#counts.lists += 1;
    } else if (method === 'GET') {
      this.#counts.gets += 1;
      const name = target.slice(1, target.indexOf('/', 1));
      this.#firstGet[name] ??= performance.timeOrigin + performance.now();
    }
    return undefined;
  }

  /** Listens for TLS, too. Resolves to the port. */
  async listenForTls(folder: string): Promise<number> {
    const [key, cert] = ['key', 'certificate'].map((name) => readFileSync(join(folder, name)));
    const server = createServer({ key, cert, noDelay: true }, (socket) => this.serve(socket));
    await once(server.listen(0, '127.0.0.1', 4_096), 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** `set?latency=MS&crc32=BOOLEAN` changes what it names, and forgets who came first; everything else only asks. */
  #control(target: string): Buffer {
    const { pathname, searchParams } = new URL(target, 'http://server');
    if (pathname === `${CONTROL}set`) {
      const { latency, crc32 } = Object.fromEntries(searchParams);
      if (latency !== undefined) this.delay.ms = Number(latency);
      if (crc32 !== undefined) this.hasCrc32 = crc32 === 'true';
      this.#firstGet = {};
    }
    const { user, system } = process.cpuUsage();
    const stats: Stats = { cpuMs: (user + system) / 1000, ...this.#counts, firstGet: this.#firstGet };
    return Buffer.from(JSON.stringify(stats));
  }
}

const server = new MeasuredS3();
for (const argument of process.argv.slice(2)) {
  const [, name = '', prefix = '', folder = ''] = /^([^/=]+)\/?([^=]*)=(.+)$/.exec(argument) ?? [];
  const bucket = server.buckets.get(name) ?? new Bucket();
  server.buckets.set(name, bucket);
  bucket.load(folder, prefix === '' ? '' : `${prefix}/`);
  // Sorted before anything is measured.
  bucket.keys;
}
await server.listen();
const tls = process.env.BENCH_TLS && (await server.listenForTls(process.env.BENCH_TLS));
process.stdout.write(`${new URL(server.url).port} ${tls}\n`);
process.stdin.on('end', () => process.exit()).resume();
