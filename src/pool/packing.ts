import type { z } from 'zod';

/** Numbers, apart from the JSON that they belong to. */
type Numbers = Float64Array | Int32Array;

/** A value that is to be kept: JSON, and the numbers that JSON would be slow with. */
export interface Packed {
  readonly json: unknown;
  readonly numbers: readonly Numbers[];
}

/** Most that a kept value may take, bytes. JSON grows to twentyfold in memory at the worst. */
const MAX_JSON = 4 * 1024 * 1024;
export const MAX_PACKED = 16 * 1024 * 1024;

/** The length of the JSON, the JSON, and the bytes of the numbers, one array after the other. Undefined for what is
 * larger than `unpack` takes. */
export function pack({ json, numbers }: Packed): Buffer | undefined {
  const text = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  const arrays = numbers.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  const packed = Buffer.concat([head, text, ...arrays]);
  return text.length <= MAX_JSON && packed.length <= MAX_PACKED ? packed : undefined;
}

/** Takes apart what was packed. Every array is as long as its reader expects, and takes no more memory than its bytes.
 * Throws RangeError or SyntaxError where the bytes do not hold it. */
export class Unpacking {
  readonly json: unknown;
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Buffer) {
    const length = bytes.readUInt32LE(0);
    if (length > MAX_JSON || 4 + length > bytes.length) throw new RangeError('expected the JSON whole');
    this.json = JSON.parse(bytes.toString('utf8', 4, 4 + length));
    this.#bytes = bytes;
    this.#at = 4 + length;
  }

  float64(count: number): Float64Array {
    return new Float64Array(this.#take(count * Float64Array.BYTES_PER_ELEMENT));
  }

  int32(count: number): Int32Array {
    return new Int32Array(this.#take(count * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Throws RangeError where bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('expected no more bytes');
  }

  #take(length: number): ArrayBuffer {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new RangeError('expected more bytes');
    const { buffer, byteOffset } = this.#bytes;
    const taken = (buffer as ArrayBuffer).slice(byteOffset + this.#at, byteOffset + end);
    this.#at = end;
    return taken;
  }
}

/** A kept value, as it is, once the schema accepts it: what zod gives has its keys in another order, and the same work
 * must give the same bytes. The schema must not transform. Throws ZodError. */
export function asKept<T>(schema: z.ZodType<T>, json: unknown): T {
  schema.parse(json);
  return json as T;
}
