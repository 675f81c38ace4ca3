import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzip, gzip } from 'node:zlib';
import { NotFoundError, ReplayError } from '../shared/errors.ts';
import type { Store } from '../store/store.ts';
import { codeVersion } from './code-version.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const PREFIX = '_replay_shards';
/** Shards are small, and read more often than written. */
const LEVEL = 3;
const DIGEST_BYTES = 32;

/** Finished work of the pool under its name and the version of the code that did it, compressed. Safe to delete at
 * any time, and never believed: what cannot be read back is done again. */
export class Shards {
  readonly #store: Store;
  readonly #writes: boolean;

  constructor(store: Store, writes: boolean) {
    this.#store = store;
    this.#writes = writes;
  }

  /** The value kept under `name`, or whether there is nothing or something else. */
  async read<T>(name: string): Promise<{ value: T } | 'missing' | 'unusable'> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#store.get(keyOf(name));
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      return error instanceof NotFoundError ? 'missing' : 'unusable';
    }
    try {
      const body = bytes.subarray(DIGEST_BYTES);
      if (!digestOf(name, body).equals(bytes.subarray(0, DIGEST_BYTES))) return 'unusable';
      return { value: deserialize(await decompress(body)) };
    } catch {
      return 'unusable';
    }
  }

  /** Keeps a value. A store that will not have it costs the next run its time, and this one nothing. */
  async write(name: string, value: unknown): Promise<void> {
    if (!this.#writes) return;
    const body = await compress(serialize(value), { level: LEVEL });
    try {
      await this.#store.put(keyOf(name), Buffer.concat([digestOf(name, body), body]));
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
    }
  }
}

function keyOf(name: string): string {
  return `${PREFIX}/${codeVersion()}/${name}.gz`;
}

/** Over the name as well: a shard in the place of another is none. */
function digestOf(name: string, body: Uint8Array): Buffer {
  return createHash('sha256').update(keyOf(name)).update(body).digest();
}
