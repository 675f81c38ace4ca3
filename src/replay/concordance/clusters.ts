import { ordinal } from '../../shared/tally.ts';
import { type ClusterTotals, clusterTotals } from '../../statistics/clusters.ts';

/** A value and the cluster of the capture behind it. */
export interface ClusteredScore {
  readonly cluster: string;
  readonly value: number;
}

/** Sums up values by cluster. The same `numbers` for several samples makes them match by cluster. */
export function totalsByCluster(
  values: readonly ClusteredScore[],
  numbers = new Map<string, number>(),
): ClusterTotals {
  const clusters = values.map(({ cluster }) => ordinal(numbers, cluster));
  return clusterTotals(
    values.map(({ value }) => value),
    clusters,
  );
}
