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
  const places = new Map<number, number>();
  const sums: number[] = [];
  const squares: number[] = [];
  const sizes: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const cluster = clusters[index] as number;
    let place = places.get(cluster);
    if (place === undefined) {
      place = places.size;
      places.set(cluster, place);
      sums.push(0);
      squares.push(0);
      sizes.push(0);
    }
    const value = values[index] as number;
    sums[place] = (sums[place] as number) + value;
    squares[place] = (squares[place] as number) + value * value;
    sizes[place] = (sizes[place] as number) + 1;
  }
  const [ids, arrays] = [[...places.keys()], [sums, squares, sizes].map((list) => Float64Array.from(list))];
  const [ofSums, ofSquares, ofSizes] = arrays as [Float64Array, Float64Array, Float64Array];
  return { ids, sums: ofSums, squares: ofSquares, sizes: ofSizes };
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
