import type { Cluster } from './beta-binomial.ts';
import { type ClusterTotals, total } from './clusters.ts';
import { LowerLimit } from './lower-limit.ts';
import { normalQuantile } from './quantiles.ts';

/** Fewer clusters do not show how clusters differ. */
export const MIN_CLUSTERS = 5;
/** Two years of trading days: a greater number would be no advice. */
export const MAX_CLUSTERS = 500;
/** Chance that the number of clusters needed settles it, if the mean found is the true one. */
export const POWER = 0.8;

/** Position of an interval: wholly above a threshold, wholly below it, or on both sides of it. */
type Side = 'above' | 'below' | 'unclear';

export function sideOf({ low, high }: { low: number; high: number }, threshold: number): Side {
  if (low > threshold) return 'above';
  return high < threshold ? 'below' : 'unclear';
}

/** A mean over all values and its confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly n: number;
  readonly clusters: number;
  /** The number of clusters with which the interval would be clear of `threshold` in four cases of five, if clusters
   * stay as they are. Null if MAX_CLUSTERS would not suffice. */
  clustersNeeded(threshold: number): number | null;
}

/** The mean of values in [0, 1] with a confidence interval of `level`, from a beta-binomial posterior on a fixed grid
 * (docs/statistics.md). Null for fewer than MIN_CLUSTERS clusters. */
export function meanInterval(totals: ClusterTotals, level = 0.95): MeanInterval | null {
  const clusters = totals.sizes.length;
  if (clusters < MIN_CLUSTERS) return null;
  const n = total(totals.sizes);
  const mean = total(totals.sums) / n;
  const wrong = wrongOf(totals);
  const [below, above] = [new LowerLimit(wrong), new LowerLimit(wrong.map(mirrored))];
  const [none, all] = [wrong.every(isWrong), wrong.map(mirrored).every(isWrong)];
  const tail = (1 - level) / 2;
  return {
    mean,
    low: none ? 0 : Math.min(below.at(tail), mean),
    high: all ? 1 : Math.max(1 - above.at(tail), mean),
    level,
    n,
    clusters,
    clustersNeeded(threshold) {
      const [limit, facing] = mean > threshold ? [below, threshold] : [above, 1 - threshold];
      const settled = mean > threshold ? all : none;
      // A sample of so many would be off by its own error, too, unless nothing varies.
      const reach = settled ? tail : normalTail(-normalQuantile(1 - tail) - normalQuantile(POWER));
      const suffices = (count: number) => limit.exceeds(facing, reach, count / clusters);
      return leastSufficient(clusters + 1, suffices);
    },
  };
}

/** The lower limit of that interval alone, in half the time. */
export function lowerLimit(totals: ClusterTotals, level: number): number | null {
  if (totals.sizes.length < MIN_CLUSTERS) return null;
  const wrong = wrongOf(totals);
  if (wrong.every(isWrong)) return 0;
  return Math.min(new LowerLimit(wrong).at((1 - level) / 2), total(totals.sums) / total(totals.sizes));
}

function wrongOf(totals: ClusterTotals): Cluster[] {
  const scale = evenness(totals);
  return Array.from(totals.sizes, (size, index) => {
    const misses = Math.min(Math.max(size - (totals.sums[index] as number), 0), size);
    return { misses: misses * scale, size: size * scale };
  });
}

/** Misses as hits. */
function mirrored({ misses, size }: Cluster): Cluster {
  return { misses: size - misses, size };
}

function isWrong({ misses, size }: Cluster): boolean {
  return misses === size;
}

/** How much less than yes-or-no values the values vary within a cluster, from 1 (as much) to 5: how many yes-or-no
 * values each is worth. */
function evenness({ sums, sizes, squares }: ClusterTotals): number {
  let possible = 0;
  let found = 0;
  for (const [index, size] of sizes.entries()) {
    const share = (sums[index] as number) / size;
    possible += size * share * (1 - share);
    found += Math.max((squares[index] as number) - size * share * share, 0);
  }
  if (possible < 1e-9) return 1;
  return Math.min(Math.max(possible / found, 1), 5);
}

function leastSufficient(from: number, suffices: (count: number) => boolean): number | null {
  if (from > MAX_CLUSTERS || !suffices(MAX_CLUSTERS)) return null;
  let [low, high] = [from, MAX_CLUSTERS];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The standard normal distribution function, left of zero, by bisection of its quantile. */
function normalTail(value: number): number {
  let [low, high] = [0, 0.5];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (normalQuantile(middle) < value) low = middle;
    else high = middle;
  }
  return low;
}
