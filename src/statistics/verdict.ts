import type { MeanInterval } from './mean-interval.ts';
import { normalQuantile } from './quantiles.ts';

/** Position of an interval: wholly above a threshold, wholly below it, or on both sides of it. */
export type Side = 'above' | 'below' | 'unclear';

/** Chance that the number of `clustersNeeded` settles it if the mean found is the true one. */
const POWER = 0.8;
/** A greater number would be no advice. */
const MAX_CLUSTERS = 1_000_000;

export function sideOf({ low, high }: { low: number; high: number }, threshold: number): Side {
  if (low > threshold) return 'above';
  return high < threshold ? 'below' : 'unclear';
}

/** The number of clusters with which the interval would be clear of the threshold in four cases of five, if the mean
 * found is the true one and clusters stay as large and as different. Null if a million would not suffice. It is the
 * sample size of a one-sample score test (Fleiss, Levin and Paik 2003, 2.5) times the design effect. The quantile is
 * the interval's own; with more clusters it would be a little smaller. */
export function clustersNeeded(
  interval: MeanInterval,
  threshold: number,
  { least = 0, most = 1 }: { readonly least?: number; readonly most?: number } = {},
): number | null {
  const scaled = (value: number) => (value - least) / (most - least);
  const deviation = (value: number) => Math.sqrt(Math.max(value * (1 - value), 0));
  const [mean, limit] = [scaled(interval.mean), scaled(threshold)];
  const facing = scaled(mean > limit ? interval.low : interval.high);
  const own = Math.abs(mean - facing) / (Math.sqrt(interval.spread) * deviation(facing));
  const normal = normalQuantile((1 + interval.level) / 2);
  // An interval that ends at the end of the range does not show its quantile.
  const quantile = deviation(facing) > 1e-9 ? Math.max(own, normal) : normal;
  const reach = quantile * deviation(limit) + normalQuantile(POWER) * deviation(mean);
  const needed = Math.ceil(interval.clusters * interval.spread * (reach / (mean - limit)) ** 2);
  return needed <= MAX_CLUSTERS ? Math.max(needed, interval.clusters + 1) : null;
}
