import { mean } from 'd3-array';
import { ordinal } from '../../shared/tally.ts';
import { type ClusterTotals, clusterTotals } from '../../statistics/clusters.ts';

/** A value and the cluster of the capture behind it. */
export interface ClusteredScore {
  readonly cluster: string;
  readonly value: number;
}

/** The mean of at least one value. */
export function meanOf(values: readonly Pick<ClusteredScore, 'value'>[]): number {
  return mean(values, ({ value }) => value) as number;
}

/** Sums up values by cluster. The same `numbers` for several samples makes them match by cluster. */
export function totalsByCluster(
  values: readonly ClusteredScore[],
  numbers = new Map<string, number>(),
): ClusterTotals {
  const clusters = values.map(({ cluster }) => ordinal(numbers, cluster));
  const each = values.map(({ value }) => value);
  return clusterTotals(each, clusters);
}
