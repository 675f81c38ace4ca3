import { type ClusterTotals, total } from './clusters.ts';
import { MAX_CLUSTERS, type MeanInterval, MIN_CLUSTERS, POWER } from './mean-interval.ts';
import { normalQuantile, sortedQuantile, studentQuantile } from './quantiles.ts';
import { Random } from './random.ts';

const RESAMPLES = 2000;
const MIN_RESAMPLES = 400;
/** Clusters drawn in all. With thousands of clusters the quantiles are close to normal, and fewer resamples suffice. */
const MAX_DRAWS = 4_000_000;

interface DifferenceOptions {
  /** Seeds the resamples. The same seed gives the same interval. */
  readonly seed: string;
  /** Confidence level, 0.95 unless given. */
  readonly level?: number;
  /** Range of a value; `most` is 1 unless given. */
  readonly least: number;
  readonly most?: number;
}

export interface DifferenceInterval extends MeanInterval {
  /** Whether the mean is the same in all clusters: nothing then tells how they differ. */
  readonly constant: boolean;
}

/** The mean of differences in [least, most] with a confidence interval by cluster bootstrap, studentised on Wilson's
 * scale and no narrower than Student's t (docs/statistics.md says why, and how often it covers). Null for fewer than
 * MIN_CLUSTERS clusters. */
export function differenceInterval(
  totals: ClusterTotals,
  { seed, level = 0.95, least, most = 1 }: DifferenceOptions,
): DifferenceInterval | null {
  const { sizes } = totals;
  const clusters = sizes.length;
  if (clusters < MIN_CLUSTERS) return null;
  const width = most - least;
  const sums = totals.sums.map((sum, index) => (sum - least * (sizes[index] as number)) / width);
  const n = total(sizes);
  const mean = total(sums) / n;
  const tail = (1 - level) / 2;
  const variance = varianceOf(sums, sizes, mean, n);
  const constant = variance < 1e-14;
  // Of a constant mean, 1 / the effective number of clusters: as if all values of a cluster were equal.
  const spread = constant
    ? total(sizes.map((size) => size * size)) / (n * n)
    : variance / (mean * (1 - mean));
  const sample: Sample = { sums, sizes, n, mean, spread };
  const [low, high] = constant
    ? exactLimits(mean, 1 - tail ** spread)
    : pivotalLimits(sample, new Random(seed), tail);
  const back = (value: number) => least + width * Math.min(Math.max(value, 0), 1);
  return {
    mean: back(mean),
    low: back(low),
    high: back(high),
    level,
    n,
    clusters,
    constant,
    clustersNeeded(bar) {
      const threshold = (bar - least) / width;
      return clustersNeeded(sample, mean > threshold ? low : high, level, threshold);
    },
  };
}

/** Values scaled to [0, 1]. */
interface Sample {
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
  readonly n: number;
  readonly mean: number;
  /** Variance of the mean as a share of mean · (1 − mean). */
  readonly spread: number;
}

/** No cluster differs. Then at most a share of `others` can be of another kind (the exact binomial limit of Clopper and
 * Pearson 1934), and those can have any value. */
function exactLimits(mean: number, others: number): readonly [number, number] {
  return [mean - others * mean, mean + others * (1 - mean)];
}

function pivotalLimits(sample: Sample, random: Random, tail: number): readonly [number, number] {
  const pivots = studentised(sample, random);
  const student = studentQuantile(1 - tail, sample.sizes.length - 1);
  return [
    wilsonLimit(sample, -Math.max(student, sortedQuantile(pivots, 1 - tail))),
    wilsonLimit(sample, Math.max(student, -sortedQuantile(pivots, tail))),
  ];
}

/** The sample size of a one-sample score test (Fleiss, Levin and Paik 2003, 2.5) times the design effect. The quantile
 * is the interval's own, from the limit that faces the threshold; with more clusters it would be a little smaller. */
function clustersNeeded({ sizes, mean, spread }: Sample, facing: number, level: number, threshold: number) {
  const clusters = sizes.length;
  const deviation = (value: number) => Math.sqrt(Math.max(value * (1 - value), 0));
  const own = Math.abs(mean - facing) / (Math.sqrt(spread) * deviation(facing));
  const normal = normalQuantile((1 + level) / 2);
  // An interval that ends at the end of the range does not show its quantile.
  const quantile = deviation(facing) > 1e-9 ? Math.max(own, normal) : normal;
  const reach = quantile * deviation(threshold) + normalQuantile(POWER) * deviation(mean);
  const needed = Math.max(Math.ceil(clusters * spread * (reach / (mean - threshold)) ** 2), clusters + 1);
  return needed <= MAX_CLUSTERS ? needed : null;
}

/** Variance of the mean by linearisation between clusters (Cochran 1977, 11.6, without finite population). */
function varianceOf(sums: Float64Array, sizes: Float64Array, mean: number, n: number): number {
  const squares = sums.reduce((sum, value, index) => sum + (value - mean * (sizes[index] as number)) ** 2, 0);
  return ((sums.length / (sums.length - 1)) * squares) / (n * n);
}

/** The studentised means of resamples of whole clusters, ascending. The variance of a resample is m*(1 − m*) of its
 * own mean, which makes the lower tail of a mean near 1 long, times its spread. The spread is at least the sample's:
 * a resample without the few deviating clusters would have none. */
function studentised({ sums, sizes, n, mean, spread }: Sample, random: Random): Float64Array {
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
function wilsonLimit({ mean, spread }: Sample, quantile: number): number {
  const weight = quantile * quantile * spread;
  const half = Math.sqrt(weight * mean * (1 - mean) + (weight * weight) / 4);
  return (mean + weight / 2 + Math.sign(quantile) * half) / (1 + weight);
}
