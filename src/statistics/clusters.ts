/** Sums and sizes by cluster. Every interval here is computed from them. */
export type ClusterTotals = Readonly<ReturnType<typeof clusterTotals>>;

/** Sums `values` by cluster; `clusters` holds the cluster number of each value. */
export function clusterTotals(values: ArrayLike<number>, clusters: ArrayLike<number>) {
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
    /** Numbers of the clusters, in the order in which they first occur. */
    ids: [...found.keys()],
    sums: Float64Array.from(all, ({ sum }) => sum),
    /** Sums of the values' squares. */
    squares: Float64Array.from(all, ({ squares }) => squares),
    sizes: Float64Array.from(all, ({ size }) => size),
  };
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
