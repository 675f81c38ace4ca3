import { FitError } from '../../shared/errors.ts';
import type { Columns } from '../design.ts';
import { sortedRows } from './sort-rows.ts';
import { countClasses, type Tree, type TreeNode } from './tree.ts';

/** Values that differ by less than this, in float32, count as equal. */
export const FEATURE_THRESHOLD = Math.fround(1e-7);

/** Fits a classification tree by Gini impurity (CART), at most `maxDepth` splits deep. Where no two splits are equally
 * good it is the tree of scikit-learn's DecisionTreeClassifier(max_depth, random_state=0). Of equally good splits it
 * takes the lowest column, then the lowest threshold.
 *
 * `columns` are of one length, `labels` are class numbers below `classes`. Throws FitError for a value that is
 * not a finite float32. */
export function fitTree(columns: Columns, labels: Int32Array, classes: number, maxDepth: number): Tree {
  const sorted = columns.map(sortColumn);
  const rows = labels.length;
  const orders = sorted.map(({ order }) => order.slice());
  const goesLeft = new Uint8Array(rows);
  const moved = new Uint32Array(rows);
  const nodes: TreeNode[] = [];

  /** The rows of a node are those from `start` to `end` in every order. */
  function grow(start: number, end: number, counts: Float64Array, depth: number): number {
    const node = leafOf(counts);
    const index = nodes.push(node) - 1;
    if (depth === maxDepth || node.n < 2 || node.impurity <= Number.EPSILON) return index;
    const best = bestSplit(start, end, counts);
    if (!best) return index;
    const { feature, middle } = best;
    const order = orders[feature] as Uint32Array;
    const valueAt = (position: number) =>
      (sorted[feature] as SortedColumn).values[order[position] as number] as number;
    const threshold = thresholdBetween(valueAt(middle - 1), valueAt(middle));
    const ofLeft = countClasses(labels, classes, order.subarray(start, middle));
    partition(start, middle, end, order);
    const left = grow(start, middle, ofLeft, depth + 1);
    const ofRight = counts.map((count, label) => count - (ofLeft[label] as number));
    const right = grow(middle, end, ofRight, depth + 1);
    nodes[index] = { ...node, split: { feature, threshold, left, right } };
    return index;
  }

  /** The best column, and the first position in its order that goes right. */
  function bestSplit(start: number, end: number, counts: Float64Array) {
    const total = sumOfSquares(counts);
    let best: { feature: number; middle: number; proxy: number } | undefined;
    for (let feature = 0; feature < orders.length; feature += 1) {
      const order = orders[feature] as Uint32Array;
      const { values } = sorted[feature] as SortedColumn;
      const left = new Float64Array(classes);
      // Whole numbers below 2^53: exact, in whatever order they are summed.
      let squaresLeft = 0;
      let squaresRight = total;
      let current = values[order[start] as number] as number;
      for (let position = start; position < end - 1; position += 1) {
        const label = labels[order[position] as number] as number;
        const leftBefore = left[label] as number;
        squaresLeft += 2 * leftBefore + 1;
        squaresRight -= 2 * ((counts[label] as number) - leftBefore) - 1;
        left[label] = leftBefore + 1;
        const next = values[order[position + 1] as number] as number;
        if (next > Math.fround(current + FEATURE_THRESHOLD)) {
          const rowsLeft = position + 1 - start;
          const rowsRight = end - start - rowsLeft;
          // Minus the weighted impurity of the children, rounded as scikit-learn rounds it. `a/n + b/m` is equal on
          // paper, but rounding makes it prefer another of two equally good thresholds.
          const proxy =
            -rowsRight * (1 - squaresRight / (rowsRight * rowsRight)) -
            rowsLeft * (1 - squaresLeft / (rowsLeft * rowsLeft));
          if (best === undefined || proxy > best.proxy) {
            best = { feature, middle: position + 1, proxy };
          }
        }
        current = next;
      }
    }
    return best;
  }

  /** Moves the rows that go left, up to `middle` in `chosen`, before the others in every order. Each side keeps its
   * order. */
  function partition(start: number, middle: number, end: number, chosen: Uint32Array): void {
    for (let position = start; position < end; position += 1) {
      goesLeft[chosen[position] as number] = position < middle ? 1 : 0;
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

  grow(0, rows, countClasses(labels, classes, labels.keys()), 0);
  return { nodes };
}

interface SortedColumn {
  readonly values: Float32Array;
  readonly order: Uint32Array;
}

/** Sorted before, by the column: many rules are fitted to the columns of one fold. */
const known = new WeakMap<Float64Array, SortedColumn>();

/** A column in float32, and its row numbers by ascending value. Throws as `fitTree` does. */
export function sortColumn(column: Float64Array): SortedColumn {
  const before = known.get(column);
  if (before) return before;
  const values = toFloat32(column);
  const sorted = { values, order: sortedRows(values) };
  known.set(column, sorted);
  return sorted;
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

/** A node of rows by class, without a split. */
export function leafOf(counts: Float64Array): TreeNode {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return { n, impurity: 1 - sumOfSquares(counts) / (n * n), counts: [...counts] };
}

function sumOfSquares(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count * count, 0);
}

/** The threshold halfway between two values, unless that rounds to the greater one. */
export function thresholdBetween(below: number, above: number): number {
  const middle = below / 2 + above / 2;
  return middle === above ? below : middle;
}
