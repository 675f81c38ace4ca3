/** Sums and sizes by cluster. Every interval here is computed from them. */
export interface ClusterTotals {
  /** Numbers of the clusters, in the order in which they first occur. */
  readonly ids: readonly number[];
  readonly sums: Float64Array;
  /** Sums of the values' squares. */
  readonly squares: Float64Array;
  readonly sizes: Float64Array;
}

/** Sums `values` by cluster; `clusters` holds the cluster number of each value. */
export function clusterTotals(values: ArrayLike<number>, clusters: ArrayLike<number>): ClusterTotals {
  const found = new Map<number, { sum: number; squares: number; size: number }>();
  for (let index = 0; index < values.length; index += 1) {
    const cluster = clusters[index] as number;
    const value = values[index] as number;
    const own = found.get(cluster) ?? { sum: 0, squares: 0, size: 0 };
    if (own.size === 0) found.set(cluster, own);
    own.sum += value;
    own.squares += value * value;
    own.size += 1;
  }
  const all = [...found.values()];
  return {
    ids: [...found.keys()],
    sums: Float64Array.from(all, ({ sum }) => sum),
    squares: Float64Array.from(all, ({ squares }) => squares),
    sizes: Float64Array.from(all, ({ size }) => size),
  };
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
