import { ordinal } from '../../shared/tally.ts';
import { type ClusterTotals, clusterTotals } from '../../statistics/clusters.ts';

/** A value and the run that the capture behind it belongs to. */
export interface ClusteredScore {
  readonly run: string;
  readonly value: number;
}

/** Sums up values by run. The same `numbers` for several samples makes them match by run. */
export function totalsByRun(
  values: readonly ClusteredScore[],
  numbers = new Map<string, number>(),
): ClusterTotals {
  const clusters = values.map(({ run }) => ordinal(numbers, run));
  return clusterTotals(
    values.map(({ value }) => value),
    clusters,
  );
}
