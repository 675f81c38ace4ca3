import type { Random } from '../../src/statistics/random.ts';

/** A standard normal number (G. E. P. Box and M. E. Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

/** A beta number of that mean, and of a variance that is `alike` of the greatest possible one: what yes-or-no values
 * of one cluster have in common when their intraclass correlation is `alike`. */
export function beta(random: Random, mean: number, alike: number): number {
  if (alike === 0) return mean;
  const weight = (1 - alike) / alike;
  const [one, other] = [gamma(random, mean * weight), gamma(random, (1 - mean) * weight)];
  return one + other > 0 ? one / (one + other) : Number(random.unit() < mean);
}

/** A gamma number of that shape and scale 1 (G. Marsaglia and W. W. Tsang, 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.unit()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.unit()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Sizes of clusters: all of one size, anything from 1 to 18 or 50, or many small and a few large. */
export type Sizes = number | '1–18' | '1–50' | 'skewed';

export function sizesOf(random: Random, clusters: number, kind: Sizes): number[] {
  return Array.from({ length: clusters }, () => {
    if (typeof kind === 'number') return kind;
    if (kind === '1–18') return 1 + random.below(18);
    if (kind === '1–50') return 1 + random.below(50);
    return Math.min(18, Math.max(1, Math.round(Math.exp(1.2 + 0.8 * normal(random)))));
  });
}

/** The cluster of each value. */
export function clustersOf(sizes: readonly number[]): number[] {
  return sizes.flatMap((size, cluster) => new Array<number>(size).fill(cluster));
}

/** Kolmogorov's and Smirnov's p-value for numbers uniform in [0, 1] (M. A. Stephens's correction, 1970). */
export function uniformityOf(numbers: readonly number[]): number {
  const n = numbers.length;
  const sorted = [...numbers].sort((one, other) => one - other);
  const gaps = sorted.map((value, index) => Math.max((index + 1) / n - value, value - index / n));
  const distance = Math.max(...gaps) * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * distance * distance);
  return Math.min(1, Math.max(0, sum));
}
