import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { AccessError, LoadError, NotFoundError, ReplayError } from '../shared/errors.ts';
import type { Store } from '../store/store.ts';
import { codeVersion } from './code-version.ts';
import { MAX_PACKED, type Packed, pack, Unpacking } from './packing.ts';

const compress = promisify(gzip);

const PREFIX = '_replay_shards';
/** Shards are small, and read more often than written. */
const LEVEL = 3;
const DIGEST_BYTES = 32;
/** Digest, and the length of what was compressed. */
const HEAD_BYTES = DIGEST_BYTES + 4;
/** Largest shard that is read or written, bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Refusals in a row after which no more writes are tried: each may take all the retries of the store. */
const MAX_REFUSALS = 3;

/** A kept value; or that there is nothing, or something else. */
export type Kept<T> = { readonly value: T } | 'missing' | 'unusable';

/** Finished work of the pool under its name and the version of the code that did it, compressed. Safe to delete at
 * any time, and never believed. Its digest only tells damage: whoever can write here can write a digest, too. So the
 * reader checks all of a value, and what does not hold is done again. */
export class Shards {
  readonly #store: Store;
  readonly #writes: boolean;
  #refusals = 0;

  constructor(store: Store, writes: boolean) {
    this.#store = store;
    this.#writes = writes;
  }

  /** The value kept under `name`. `unpack` throws, or gives undefined, for what is not such a value. Throws what of the
   * store's errors concern the run. */
  async read<T>(name: string, unpack: (packed: Unpacking) => T | undefined): Promise<Kept<T>> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#store.get(keyOf(name), { maxBytes: MAX_BYTES });
    } catch (error) {
      if (error instanceof NotFoundError) return 'missing';
      if (error instanceof AccessError || error instanceof LoadError) return 'unusable';
      throw error;
    }
    try {
      const packed = decompressed(name, bytes);
      const value = packed && unpack(new Unpacking(packed));
      return value === undefined ? 'unusable' : { value };
    } catch {
      return 'unusable';
    }
  }

  /** Keeps a value; or says why it is not kept, which costs the next run its time, and this one nothing. */
  async write(name: string, value: Packed): Promise<string | undefined> {
    if (!this.#writes) return undefined;
    if (this.#refusals >= MAX_REFUSALS) return 'the store refused others before';
    const packed = pack(value);
    const shard = packed && (await compressed(name, packed));
    if (!shard || shard.length > MAX_BYTES) return 'it is too large';
    try {
      await this.#store.put(keyOf(name), shard);
      this.#refusals = 0;
      return undefined;
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      this.#refusals += 1;
      return error.message;
    }
  }
}

function keyOf(name: string): string {
  return `${PREFIX}/${codeVersion()}/${name}.gz`;
}

async function compressed(name: string, packed: Buffer): Promise<Buffer> {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(packed.length);
  const body = Buffer.concat([length, await compress(packed, { level: LEVEL })]);
  return Buffer.concat([digestOf(name, body), body]);
}

/** Undefined for what is no shard of this name. */
function decompressed(name: string, bytes: Uint8Array): Buffer | undefined {
  const shard = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = shard.readUInt32LE(DIGEST_BYTES);
  if (length > MAX_PACKED) return undefined;
  if (!digestOf(name, shard.subarray(DIGEST_BYTES)).equals(shard.subarray(0, DIGEST_BYTES))) return undefined;
  // Here and now: most are so small that another thread would take as long to be told. One at a time takes no more memory.
  const packed = gunzipSync(shard.subarray(HEAD_BYTES), { maxOutputLength: length });
  return packed.length === length ? packed : undefined;
}

/** Over the name as well: a shard in the place of another is none. */
function digestOf(name: string, body: Uint8Array): Buffer {
  return createHash('sha256').update(keyOf(name)).update(body).digest();
}
