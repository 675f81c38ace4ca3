import { countClasses } from '../tree/fit-tree.ts';

/** The data of the search: rows, divided by each column's cuts. */
export interface SearchData {
  readonly rows: number;
  readonly classes: number;
  readonly labels: Int32Array;
  /** By column: the number of cuts below each row's value. */
  readonly bins: readonly Int32Array[];
  /** By column: the number of its cuts. */
  readonly cutCounts: readonly number[];
  /** By column: row numbers by ascending value. */
  readonly orders: readonly Uint32Array[];
}

/** The rows of one node of a tree, in the order of every column. The arrays are reused for other nodes. */
export interface NodeRows {
  n: number;
  /** By column: row number times two, plus one where a cut follows. */
  readonly orders: readonly Int32Array[];
  /** By column: the cuts between its rows, each given as the number of rows below it. */
  readonly cuts: readonly Int32Array[];
  readonly cutCounts: Int32Array;
  /** Rows by class. */
  readonly counts: Int32Array;
}

export function nodeRoom({ rows, classes, bins, cutCounts }: SearchData): NodeRows {
  return {
    n: 0,
    orders: bins.map(() => new Int32Array(rows)),
    cuts: cutCounts.map((count) => new Int32Array(count)),
    cutCounts: new Int32Array(bins.length),
    counts: new Int32Array(classes),
  };
}

/** A node of all rows. */
export function rootRows(data: SearchData): NodeRows {
  const whole = { ...nodeRoom(data), n: data.rows };
  for (const [column, order] of data.orders.entries()) {
    const to = whole.orders[column] as Int32Array;
    for (let position = 0; position < data.rows; position += 1)
      to[position] = (order[position] as number) << 1;
  }
  const root = nodeRoom(data);
  keepSide(data, whole, root, new Int32Array(data.rows), 1, true);
  return data.bins.length > 0
    ? root
    : { ...whole, counts: Int32Array.from(countClasses(data.labels, data.classes)) };
}

/** Fills `node` with the rows of `parent` whose key is below `cut`, or with the others. */
export function keepSide(
  { bins, labels }: SearchData,
  parent: NodeRows,
  node: NodeRows,
  keys: Int32Array,
  cut: number,
  below: boolean,
): void {
  for (let column = 0; column < bins.length; column += 1) {
    keepInOrder(parent, node, column, bins[column] as Int32Array, keys, cut, below ? -1 : 0);
  }
  node.counts.fill(0);
  const rows = node.orders[0] as Int32Array;
  for (let position = 0; position < node.n; position += 1) {
    const label = labels[(rows[position] as number) >> 1] as number;
    node.counts[label] = (node.counts[label] as number) + 1;
  }
}

function keepInOrder(
  parent: NodeRows,
  node: NodeRows,
  column: number,
  bin: Int32Array,
  keys: Int32Array,
  cut: number,
  sign: number,
): void {
  const from = parent.orders[column] as Int32Array;
  const to = node.orders[column] as Int32Array;
  const cuts = node.cuts[column] as Int32Array;
  let n = 0;
  let found = 0;
  let last = -1;
  for (let position = 0; position < parent.n; position += 1) {
    const row = (from[position] as number) >> 1;
    if (((keys[row] as number) - cut) >> 31 !== sign) continue;
    const value = bin[row] as number;
    if (value !== last && n > 0) {
      to[n - 1] = (to[n - 1] as number) | 1;
      cuts[found++] = n;
    }
    last = value;
    to[n++] = row << 1;
  }
  node.cutCounts[column] = found;
  node.n = n;
}

/** Rows that are not of the commonest class. */
export function leafErrors({ n, counts }: NodeRows): number {
  let most = 0;
  for (let label = 0; label < counts.length; label += 1) {
    if ((counts[label] as number) > most) most = counts[label] as number;
  }
  return n - most;
}
