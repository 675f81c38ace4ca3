import { FEATURE_THRESHOLD } from '../tree/fit-tree.ts';

/** The places where a column may be split, ascending, and the place of each row among them. */
export type Cuts = Readonly<ReturnType<typeof cutsOf>>;

/** The cuts between a column's values; `order` holds its rows by ascending value. If there are more than `most`, only the
 * cuts nearest to `most` quantiles are taken. The cuts at `wanted` thresholds are always taken. */
export function cutsOf(value: Float32Array, order: Uint32Array, most: number, wanted: readonly number[]) {
  const rows = order.length;
  const valueAt = (position: number) => value[order[position] as number] as number;
  // A cut is the number of rows below it.
  const gaps: number[] = [];
  for (let position = 1; position < rows; position += 1) {
    // As in fitTree, values that are this close count as equal.
    if (valueAt(position) > Math.fround(valueAt(position - 1) + FEATURE_THRESHOLD)) gaps.push(position);
  }
  const all = gaps.length <= most;
  const taken = new Set(all ? gaps : nearestToQuantiles(gaps, rows, most));
  for (const threshold of wanted) {
    let position = 0;
    while (position < rows && valueAt(position) <= threshold) position += 1;
    if (position > 0 && position < rows) taken.add(position);
  }
  const cuts = [...taken].sort((a, b) => a - b);
  /** Number of cuts below each row's value. */
  const bins = new Int32Array(rows);
  for (const [index, cut] of cuts.entries()) {
    const end = cuts[index + 1] ?? rows;
    for (let position = cut; position < end; position += 1) bins[order[position] as number] = index + 1;
  }
  /** The greatest value below each cut. */
  const below = Float32Array.from(cuts, (cut) => valueAt(cut - 1));
  // The number of possible cuts between the column's values, and whether all of them are here.
  return { below, bins, possible: gaps.length, all };
}

function nearestToQuantiles(gaps: readonly number[], rows: number, most: number): number[] {
  const nearest: number[] = [];
  let index = 0;
  for (let quantile = 1; quantile <= most; quantile += 1) {
    const target = (quantile * rows) / (most + 1);
    const distance = (at: number) => Math.abs((gaps[at] as number) - target);
    while (index + 1 < gaps.length && distance(index + 1) < distance(index)) index += 1;
    nearest.push(gaps[index] as number);
  }
  return nearest;
}
