import { FitError } from '../../shared/errors.ts';
import { sortedRows } from './sort-rows.ts';
import type { Tree, TreeNode } from './tree.ts';

/** Values that differ by less than this, in float32, count as equal. */
export const FEATURE_THRESHOLD = Math.fround(1e-7);

interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** Rows that go left. */
  readonly rows: number;
  readonly counts: Float64Array;
}

/** Fits a classification tree by Gini impurity (CART), at most `maxDepth` splits deep. Where no two splits are equally
 * good it is the tree of scikit-learn's DecisionTreeClassifier(max_depth, random_state=0). Of equally good splits it
 * takes the lowest column, then the lowest threshold.
 *
 * `columns` are of one length, `labels` are class numbers below `classes`. Throws FitError for a value that is
 * not a finite float32. */
export function fitTree(
  columns: readonly Float64Array[],
  labels: Int32Array,
  classes: number,
  maxDepth: number,
): Tree {
  return growTree(sortColumns(columns), labels, classes, maxDepth);
}

/** Sorted columns. Many trees, for different labels, can grow from one sorting. */
export interface SortedColumns {
  readonly values: readonly Float32Array[];
  /** Row numbers of each column by ascending value. */
  readonly orders: readonly Uint32Array[];
}

/** Sorts each column once. Throws as `fitTree` does. */
export function sortColumns(columns: readonly Float64Array[]): SortedColumns {
  const sorted = columns.map(sortColumn);
  return { values: sorted.map(({ values }) => values), orders: sorted.map(({ order }) => order) };
}

interface SortedColumn {
  readonly values: Float32Array;
  readonly order: Uint32Array;
}

/** Sorted before, by the column: many rules are fitted to the columns of one fold. */
const known = new WeakMap<Float64Array, SortedColumn>();

function sortColumn(column: Float64Array): SortedColumn {
  const before = known.get(column);
  if (before) return before;
  const values = toFloat32(column);
  const sorted = { values, order: sortedRows(values) };
  known.set(column, sorted);
  return sorted;
}

/** `fitTree` on sorted columns, which it does not change. */
export function growTree(
  { values, orders: sorted }: SortedColumns,
  labels: Int32Array,
  classes: number,
  maxDepth: number,
): Tree {
  const rows = labels.length;
  const orders = sorted.map((order) => order.slice());
  const goesLeft = new Uint8Array(rows);
  const moved = new Uint32Array(rows);
  const nodes: TreeNode[] = [];

  /** The rows of a node are those from `start` to `end` in every order. */
  function grow(start: number, end: number, counts: Float64Array, depth: number): number {
    const n = end - start;
    const node = { n, impurity: gini(counts, n), counts: [...counts] };
    const index = nodes.push(node) - 1;
    if (depth === maxDepth || n < 2 || node.impurity <= Number.EPSILON) return index;
    const split = bestSplit(start, end, counts);
    if (!split) return index;
    const middle = start + split.rows;
    partition(start, end, split);
    const left = grow(start, middle, split.counts, depth + 1);
    const others = counts.map((count, label) => count - (split.counts[label] as number));
    const right = grow(middle, end, others, depth + 1);
    const { feature, threshold } = split;
    nodes[index] = { ...node, split: { feature, threshold, left, right } };
    return index;
  }

  function bestSplit(start: number, end: number, counts: Float64Array): Split | undefined {
    const n = end - start;
    const total = sumOfSquares(counts);
    let best: { feature: number; last: number; proxy: number } | undefined;
    for (let feature = 0; feature < orders.length; feature += 1) {
      const order = orders[feature] as Uint32Array;
      const value = values[feature] as Float32Array;
      const left = new Float64Array(classes);
      // Whole numbers below 2^53: exact, in whatever order they are summed.
      let squaresLeft = 0;
      let squaresRight = total;
      let current = value[order[start] as number] as number;
      for (let position = start; position < end - 1; position += 1) {
        const label = labels[order[position] as number] as number;
        const leftBefore = left[label] as number;
        squaresLeft += 2 * leftBefore + 1;
        squaresRight -= 2 * ((counts[label] as number) - leftBefore) - 1;
        left[label] = leftBefore + 1;
        const next = value[order[position + 1] as number] as number;
        if (next > Math.fround(current + FEATURE_THRESHOLD)) {
          const rowsLeft = position + 1 - start;
          const rowsRight = n - rowsLeft;
          // Minus the weighted impurity of the children, rounded as scikit-learn rounds it. `a/n + b/m` is equal on
          // paper, but rounding makes it prefer another of two equally good thresholds.
          const proxy =
            -rowsRight * (1 - squaresRight / (rowsRight * rowsRight)) -
            rowsLeft * (1 - squaresLeft / (rowsLeft * rowsLeft));
          if (best === undefined || proxy > best.proxy) best = { feature, last: position, proxy };
        }
        current = next;
      }
    }
    return best && splitAfter(best.feature, start, best.last);
  }

  /** The split between the value at `last` in the feature's order and the next greater one. */
  function splitAfter(feature: number, start: number, last: number): Split {
    const order = orders[feature] as Uint32Array;
    const value = values[feature] as Float32Array;
    const [below, above] = [
      value[order[last] as number] as number,
      value[order[last + 1] as number] as number,
    ];
    const middle = below / 2 + above / 2;
    const counts = new Float64Array(classes);
    for (let position = start; position <= last; position += 1) {
      const label = labels[order[position] as number] as number;
      counts[label] = (counts[label] as number) + 1;
    }
    return { feature, threshold: middle === above ? below : middle, rows: last + 1 - start, counts };
  }

  /** Moves the rows that go left before the others in every order, each side keeping its order. */
  function partition(start: number, end: number, { feature, rows: rowsLeft }: Split): void {
    const chosen = orders[feature] as Uint32Array;
    for (let position = start; position < end; position += 1) {
      goesLeft[chosen[position] as number] = position < start + rowsLeft ? 1 : 0;
    }
    for (const order of orders) {
      let left = start;
      let right = 0;
      for (let position = start; position < end; position += 1) {
        const row = order[position] as number;
        if (goesLeft[row] === 1) order[left++] = row;
        else moved[right++] = row;
      }
      order.set(moved.subarray(0, right), left);
    }
  }

  grow(0, rows, countClasses(labels, classes), 0);
  return { nodes };
}

function toFloat32(column: Float64Array): Float32Array {
  const values = new Float32Array(column.length);
  for (let row = 0; row < column.length; row += 1) {
    // Adding zero turns -0 into 0, which sorts as the same value.
    const value = Math.fround(column[row] as number) + 0;
    if (!Number.isFinite(value))
      throw new FitError(
        `expected finite float32 values, found ${column[row]}; mend the capture that holds it`,
      );
    values[row] = value;
  }
  return values;
}

export function countClasses(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}

export function gini(counts: Float64Array, n: number): number {
  return 1 - sumOfSquares(counts) / (n * n);
}

function sumOfSquares(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count * count, 0);
}
