import { type ClusterTotals, total } from './clusters.ts';
import { sortedQuantile, studentQuantile } from './quantiles.ts';
import { Random } from './random.ts';

/** Fewer clusters do not show how clusters differ. */
export const MIN_CLUSTERS = 5;
const RESAMPLES = 2000;
const MIN_RESAMPLES = 400;
/** Clusters drawn in all. With thousands of clusters the quantiles are close to normal, and fewer resamples suffice. */
const MAX_DRAWS = 4_000_000;

export interface IntervalOptions {
  /** Seeds the resamples. The same seed gives the same interval. */
  readonly seed: string;
  /** Confidence level, 0.95 unless given. */
  readonly level?: number;
  /** Range of a value, 0 to 1 unless given. */
  readonly least?: number;
  readonly most?: number;
}

/** A mean over all values and its confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly n: number;
  readonly clusters: number;
  /** Variance of the mean as a share of (mean − least)(most − mean): 1/n for independent yes-or-no values, more
   * when values of a cluster are alike. */
  readonly spread: number;
}

/** The mean of values in [least, most] with a confidence interval by cluster bootstrap, studentised on Wilson's
 * scale and no narrower than Student's t (docs/statistics.md says why, and how often it covers). Null for fewer than
 * MIN_CLUSTERS clusters. */
export function meanInterval(totals: ClusterTotals, options: IntervalOptions): MeanInterval | null {
  const { seed, level = 0.95, least = 0, most = 1 } = options;
  const { sizes } = totals;
  const clusters = sizes.length;
  if (clusters < MIN_CLUSTERS) return null;
  const width = most - least;
  const sums = totals.sums.map((sum, index) => (sum - least * (sizes[index] as number)) / width);
  const n = total(sizes);
  const mean = total(sums) / n;
  const tail = (1 - level) / 2;
  const worst = shareOfSquares(sizes, n);
  const variance = varianceOf(sums, sizes, mean, n);
  const back = (value: number) => least + width * Math.min(Math.max(value, 0), 1);
  const found = { mean: least + width * mean, level, n, clusters };

  // No cluster differs. Then at most this share of clusters can be of another kind (the exact binomial limit of
  // Clopper and Pearson 1934), and those can have any value.
  if (variance < 1e-14) {
    const others = 1 - tail ** worst;
    const [low, high] = [back(mean - others * mean), back(mean + others * (1 - mean))];
    return { ...found, low, high, spread: worst };
  }
  const spread = variance / (mean * (1 - mean));
  const pivots = studentised(sums, sizes, { mean, n, spread, random: new Random(seed) });
  const student = studentQuantile(1 - tail, clusters - 1);
  const low = wilsonLimit(mean, spread, -Math.max(student, sortedQuantile(pivots, 1 - tail)));
  const high = wilsonLimit(mean, spread, Math.max(student, -sortedQuantile(pivots, tail)));
  return { ...found, low: back(low), high: back(high), spread };
}

/** 1 / the effective number of clusters: the variance as a share of p(1 − p) if all values of a cluster were
 * equal. */
function shareOfSquares(sizes: Float64Array, n: number): number {
  return sizes.reduce((sum, size) => sum + size * size, 0) / (n * n);
}

/** Variance of the mean by linearisation between clusters (Cochran 1977, 11.6, without finite population). */
function varianceOf(sums: Float64Array, sizes: Float64Array, mean: number, n: number): number {
  const squares = sums.reduce((sum, value, index) => sum + (value - mean * (sizes[index] as number)) ** 2, 0);
  return ((sums.length / (sums.length - 1)) * squares) / (n * n);
}

interface Original {
  readonly mean: number;
  readonly n: number;
  readonly spread: number;
  readonly random: Random;
}

/** The studentised means of resamples of whole clusters, ascending. The variance of a resample is m*(1 − m*) of its
 * own mean, which makes the lower tail of a mean near 1 long, times its spread. The spread is at least the sample's:
 * a resample without the few deviating clusters would have none. */
function studentised(sums: Float64Array, sizes: Float64Array, original: Original): Float64Array {
  const { mean, n, spread, random } = original;
  const clusters = sums.length;
  const correction = clusters / (clusters - 1);
  const resamples = Math.max(MIN_RESAMPLES, Math.min(RESAMPLES, Math.floor(MAX_DRAWS / clusters)));
  const pivots = new Float64Array(resamples);
  const drawn = new Int32Array(clusters);
  for (let resample = 0; resample < resamples; resample += 1) {
    let sum = 0;
    let size = 0;
    let sumSquares = 0;
    let products = 0;
    let sizeSquares = 0;
    random.fill(drawn, clusters);
    for (let draw = 0; draw < clusters; draw += 1) {
      const cluster = drawn[draw] as number;
      const s = sums[cluster] as number;
      const c = sizes[cluster] as number;
      sum += s;
      size += c;
      sumSquares += s * s;
      products += s * c;
      sizeSquares += c * c;
    }
    const own = sum / size;
    // If a resample has only one kind of value, half a value stands for the other kind.
    const within = Math.min(Math.max(own, 0.5 / n), 1 - 0.5 / n);
    const scale = within * (1 - within);
    const squares = sumSquares - 2 * own * products + own * own * sizeSquares;
    const ownSpread = (correction * squares) / (size * size * scale);
    pivots[resample] = (within - mean) / Math.sqrt(scale * Math.max(ownSpread, spread));
  }
  return pivots.sort();
}

/** The mean x that lies `quantile` standard errors √(spread · x(1 − x)) from the mean found (E. B. Wilson, JASA 22,
 * 1927). */
function wilsonLimit(mean: number, spread: number, quantile: number): number {
  const weight = quantile * quantile * spread;
  const half = Math.sqrt(weight * mean * (1 - mean) + (weight * weight) / 4);
  return (mean + weight / 2 + Math.sign(quantile) * half) / (1 + weight);
}
