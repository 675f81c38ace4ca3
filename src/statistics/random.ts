import { createHash } from 'node:crypto';

/** A generator of uniform numbers with a text as its seed: sfc32 (C. Doty-Humphrey, PractRand). Its state is the first
 * bytes of the seed's SHA-256, so seeds that differ in one letter give unrelated sequences. */
export class Random {
  readonly #state: Int32Array;
  readonly #one = new Float64Array(1);

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.#state = Int32Array.of(digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), 1);
  }

  /** In [0, 1). */
  unit(): number {
    this.fill(this.#one, 1);
    return this.#one[0] as number;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** Fills `target` with numbers in [0, count), whole ones if it is an Int32Array. The state is held in local
   * variables, which is many times faster than one number at a time. */
  fill(target: Float64Array | Int32Array, count: number): void {
    const state = this.#state;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let counter = state[3] as number;
    for (let index = 0; index < target.length; index += 1) {
      const sum = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      target[index] = ((sum >>> 0) / 2 ** 32) * count;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T>(values: T[]): void {
    for (let last = values.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const value = values[last] as T;
      values[last] = values[other] as T;
      values[other] = value;
    }
  }
}
