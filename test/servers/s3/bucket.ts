import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

export interface StoredObject {
  readonly body: Buffer;
  /** MD5 in hexadecimal. */
  readonly md5: string;
  /** CRC-32, big-endian, in Base64. */
  readonly crc32: string;
  /** The headers that it was put with, by lower-case name, and the same as lines. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: string;
}

const SLAB_BYTES = 64 * 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Objects by key, and their keys in order. */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  #sorted: readonly string[] | undefined = [];

  /** Sorted by bytes, as S3 does. */
  get keys(): readonly string[] {
    this.#sorted ??= [...this.objects.keys()].sort(byBytes);
    return this.#sorted;
  }

  put(key: string, body: Buffer, headers: Readonly<Record<string, string>>): StoredObject {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    const object = {
      body,
      md5: createHash('md5').update(body).digest('hex'),
      crc32: sum.toString('base64'),
      headers,
      lines: linesOf(headers),
    };
    if (!this.objects.has(key)) this.#sorted = undefined;
    this.objects.set(key, object);
    return object;
  }

  /** Takes every file under a folder in, below `prefix`. The bodies share a few large buffers: hundreds of thousands of
   * small ones would keep the collector busy while it is measured what an answer costs. */
  load(folder: string, prefix: string): void {
    let slab = Buffer.alloc(0);
    let used = 0;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const file = openSync(path, 'r');
      const { size } = fstatSync(file);
      if (used + size > slab.length) {
        slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, size));
        used = 0;
      }
      const body = slab.subarray(used, used + size);
      readSync(file, body);
      closeSync(file);
      used += size;
      this.put(prefix + path.slice(folder.length + 1), body, JSON_TYPE);
    }
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/** The order of keys. UTF-16 has another one for surrogates only. */
export function byBytes(one: string, other: string): number {
  if (SURROGATE.test(one) || SURROGATE.test(other))
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : Number(one > other);
}

let last: readonly [object, string] = [{}, ''];

/** Remembers the last: a corpus has one set of headers, and needs one string. */
function linesOf(headers: Readonly<Record<string, string>>): string {
  if (last[0] !== headers) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    last = [headers, lines.join('')];
  }
  return last[1];
}
