import { countClasses } from '../tree/tree.ts';
import type { Cuts } from './cuts.ts';

/** The data of the search: rows, divided by each column's cuts. */
export interface SearchData {
  readonly classes: number;
  readonly labels: Int32Array;
  /** By column. */
  readonly cuts: readonly Cuts[];
  /** By column: row numbers by ascending value. */
  readonly orders: readonly Uint32Array[];
}

/** The rows of one node of a tree, in the order of every column. The arrays are reused for other nodes. */
export type NodeRows = ReturnType<typeof nodeRoom>;

export function nodeRoom({ classes, labels, cuts, orders }: SearchData) {
  return {
    n: 0,
    /** By column: row number times two, plus one where a cut follows. */
    orders: orders.map(() => new Int32Array(labels.length)),
    /** By column: the cuts between its rows, each given as the number of rows below it. */
    cuts: cuts.map(({ below }) => new Int32Array(below.length)),
    cutCounts: new Int32Array(cuts.length),
    /** Rows by class. */
    counts: new Int32Array(classes),
  };
}

/** A node of all rows. */
export function rootRows(data: SearchData): NodeRows {
  const { labels, classes } = data;
  const whole = {
    ...nodeRoom(data),
    n: labels.length,
    orders: data.orders.map((order) => Int32Array.from(order, (row) => row << 1)),
    counts: Int32Array.from(countClasses(labels, classes, labels.keys())),
  };
  if (data.orders.length === 0) return whole;
  const root = nodeRoom(data);
  keepSide(data, whole, root, new Int32Array(labels.length), 1, true);
  return root;
}

/** Fills `node` with the rows of `parent` whose key is below `cut`, or with the others. */
export function keepSide(
  { cuts, labels }: SearchData,
  parent: NodeRows,
  node: NodeRows,
  keys: Int32Array,
  cut: number,
  below: boolean,
): void {
  const sign = below ? -1 : 0;
  for (const [column, { bins }] of cuts.entries()) {
    const from = parent.orders[column] as Int32Array;
    const to = node.orders[column] as Int32Array;
    const found = node.cuts[column] as Int32Array;
    let n = 0;
    let cutCount = 0;
    let last = -1;
    for (let position = 0; position < parent.n; position += 1) {
      const row = (from[position] as number) >> 1;
      if (((keys[row] as number) - cut) >> 31 !== sign) continue;
      const bin = bins[row] as number;
      if (bin !== last && n > 0) {
        to[n - 1] = (to[n - 1] as number) | 1;
        found[cutCount++] = n;
      }
      last = bin;
      to[n++] = row << 1;
    }
    node.cutCounts[column] = cutCount;
    node.n = n;
  }
  node.counts.fill(0);
  const rows = node.orders[0] as Int32Array;
  for (let position = 0; position < node.n; position += 1) {
    const label = labels[(rows[position] as number) >> 1] as number;
    node.counts[label] = (node.counts[label] as number) + 1;
  }
}
