/** Sums and sizes by cluster. Every interval here is computed from them. */
export interface ClusterTotals {
  /** Numbers of the clusters, in the order in which they first occur. */
  readonly ids: readonly number[];
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
}

/** Sums `values` by cluster; `clusters` holds the cluster number of each value. */
export function clusterTotals(values: ArrayLike<number>, clusters: ArrayLike<number>): ClusterTotals {
  const places = new Map<number, number>();
  const sums: number[] = [];
  const sizes: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const cluster = clusters[index] as number;
    let place = places.get(cluster);
    if (place === undefined) {
      place = places.size;
      places.set(cluster, place);
      sums.push(0);
      sizes.push(0);
    }
    sums[place] = (sums[place] as number) + (values[index] as number);
    sizes[place] = (sizes[place] as number) + 1;
  }
  return { ids: [...places.keys()], sums: Float64Array.from(sums), sizes: Float64Array.from(sizes) };
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
