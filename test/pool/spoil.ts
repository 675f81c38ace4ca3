import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

/** A shard as it is stored: a digest, the length of what is packed, and that, compressed. The packed is the length of
 * its JSON, the JSON, and numbers. */
export interface Shard {
  readonly json: unknown;
  readonly numbers: Buffer;
}

export function open(bytes: Buffer): Shard {
  const packed = gunzipSync(bytes.subarray(36));
  const length = packed.readUInt32LE(0);
  return { json: JSON.parse(packed.toString('utf8', 4, 4 + length)), numbers: packed.subarray(4 + length) };
}

/** The bytes of a shard under a key, with a digest that fits whatever they hold. */
export function seal(key: string, packed: Buffer, length = packed.length): Buffer {
  const body = Buffer.concat([uint32(length), gzipSync(packed)]);
  return Buffer.concat([createHash('sha256').update(key).update(body).digest(), body]);
}

export function packed({ json, numbers }: Shard, length?: number): Buffer {
  const text = Buffer.from(JSON.stringify(json));
  return Buffer.concat([uint32(length ?? text.length), text, numbers]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Places in a JSON value, each as the object or list that holds it and the name it has there. */
export function placesIn(value: unknown): { holder: Record<string, unknown>; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

/** Values of a kind that stands nowhere in a shard in the place of another. */
export const ODD_VALUES: readonly unknown[] = [
  -1.5,
  1e300,
  [[[]]],
  { length: 1e9 },
  Array(50).fill({}),
  { __proto__: null, constructor: 1 },
];
