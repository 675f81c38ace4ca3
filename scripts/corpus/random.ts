/** A small seeded generator (sfc32). Every artifact has its own, seeded from its place in the corpus, so that
 * what one artifact holds never depends on how many were made before it. */
export class Random {
  #a = 0x9e3779b9;
  #b = 0x243f6a88;
  #c = 0xb7e15162;
  #counter = 1;

  constructor(seed: string) {
    for (let i = 0; i < seed.length; i++) {
      const code = seed.charCodeAt(i);
      this.#a = Math.imul(this.#a ^ code, 0x85ebca6b) >>> 0;
      this.#b = Math.imul(this.#b + code, 0xc2b2ae35) >>> 0;
      this.#c = (Math.imul(this.#c ^ this.#a, 0x27d4eb2f) + this.#b) >>> 0;
    }
    for (let i = 0; i < 12; i++) this.#bits();
  }

  #bits(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** In [0, 1). */
  unit(): number {
    return this.#bits() / 2 ** 32;
  }

  /** A number in [low, high], rounded to `digits` decimals. */
  real(low: number, high: number, digits = 4): number {
    return round(low + this.unit() * (high - low), digits);
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.int(0, list.length - 1)];
    if (found === undefined) throw new RangeError('pick from an empty list');
    return found;
  }

  /** One key of a table of weights. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return this.pick(entries)[0];
  }

  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const [one, other] = [copy[i], copy[j]];
      copy[i] = other as T;
      copy[j] = one as T;
    }
    return copy;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#bits().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

export function round(value: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(value * unit) / unit;
}
