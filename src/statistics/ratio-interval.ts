import { type ClusterTotals, total } from './clusters.ts';
import { meanInterval } from './mean-interval.ts';

/** The ratio of the means of two samples of values in [0, 1], with a confidence interval. The samples may share
 * clusters, by id. The intervals of the two logarithms are combined by the method of variance estimates recovery
 * (G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008, formula for a difference with correlation). Null if one of
 * the means has no interval, or if the denominator's interval reaches zero. */
export function ratioInterval(numerator: ClusterTotals, denominator: ClusterTotals, level = 0.95) {
  const above = meanInterval(numerator, level);
  const below = meanInterval(denominator, level);
  if (!above || !below || below.low <= 0) return null;
  const ratio = above.mean / below.mean;
  // Zero has no logarithm, and nothing lies below it.
  if (ratio === 0) return { ratio, low: 0, high: above.high / below.low, level };
  const correlation = correlationOf(numerator, denominator);
  const reach = (one: number, other: number) =>
    Math.sqrt(Math.max(one * one + other * other - 2 * correlation * one * other, 0));
  const down = reach(Math.log(above.mean / above.low), Math.log(below.high / below.mean));
  const up = reach(Math.log(above.high / above.mean), Math.log(below.mean / below.low));
  const low = above.low > 0 ? ratio * Math.exp(-down) : 0;
  return { ratio, low, high: ratio * Math.exp(up), level };
}

/** Correlation of the two means over the clusters that both have. */
function correlationOf(one: ClusterTotals, other: ClusterTotals): number {
  const [first, second] = [deviations(one), deviations(other)];
  const place = new Map(other.ids.map((id, index) => [id, index]));
  const joint = one.ids.reduce((sum, id, index) => {
    const match = place.get(id);
    return match === undefined ? sum : sum + (first[index] as number) * (second[match] as number);
  }, 0);
  const squares = (values: Float64Array) => total(values.map((value) => value * value));
  const product = squares(first) * squares(second);
  return product > 0 ? joint / Math.sqrt(product) : 0;
}

function deviations({ sums, sizes }: ClusterTotals): Float64Array {
  const mean = total(sums) / total(sizes);
  return sums.map((sum, index) => sum - mean * (sizes[index] as number));
}
