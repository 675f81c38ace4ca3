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
  readonly contentType: string;
}

const SLAB_BYTES = 64 * 1024 * 1024;

/** Objects by key, and their keys in order. */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  #sorted: readonly string[] | undefined = [];

  /** Sorted as UTF-16, which for keys of ASCII, all there are here, is S3's order. */
  get keys(): readonly string[] {
    this.#sorted ??= [...this.objects.keys()].sort();
    return this.#sorted;
  }

  put(key: string, body: Buffer, contentType: string): StoredObject {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    const object = {
      body,
      md5: createHash('md5').update(body).digest('hex'),
      crc32: sum.toString('base64'),
      contentType,
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
      this.put(prefix + path.slice(folder.length + 1), body, 'application/json');
    }
  }
}
