import { boundBetween, ERROR, type Evaluation, type Interval, NEVER } from './intervals.ts';
import type { NodeRows, SearchData } from './node-rows.ts';

/** Steps that stand for the fixed time of an evaluation, and of each of its columns. */
const OVERHEAD = 20;
/** Time of a row with more than two classes, as a multiple of a row with two. */
const MANY_CLASSES = 3;

/** Arrays for `splitIntoStumps`, allocated once. A stump is one threshold with two leaves, or one leaf. */
export type StumpRoom = ReturnType<typeof stumpRoom>;

export function stumpRoom({ labels, classes }: SearchData) {
  return {
    /** Rows that the best stumps of the two sides of a split get wrong. */
    errors: { left: 0, right: 0 },
    /** Numbers of rows by class: of the left side, then of the right side. */
    totals: new Int32Array(2 * classes),
    counts: new Int32Array(classes),
    reached: new Int32Array(labels.length),
    leftRows: new Int32Array(labels.length + 1),
    rightRows: new Int32Array(labels.length + 1),
  };
}

/** Evaluates one cut of an interval whose sides get one more split each. It skips a column if no split by it can give a
 * tree cheaper than `reach`; then the column is skipped in the whole interval. Returns the steps taken, too. */
export function splitIntoStumps(
  { labels, classes }: SearchData,
  node: NodeRows,
  { column, low, high }: Interval,
  position: number,
  reach: number,
  keys: Int32Array,
  shift: number,
  room: StumpRoom,
): Evaluation & { readonly steps: number } {
  const order = node.orders[column] as Int32Array;
  const cut = (keys[(order[position] as number) >> 1] as number) >> shift;
  const { totals, errors } = room;
  totals.fill(0);
  for (let at = 0; at < position; at += 1) {
    const label = labels[(order[at] as number) >> 1] as number;
    totals[label] = (totals[label] as number) + 1;
  }
  let mostLeft = 0;
  let mostRight = 0;
  for (let label = 0; label < classes; label += 1) {
    const left = totals[label] as number;
    const right = (node.counts[label] as number) - left;
    totals[classes + label] = right;
    if (left > mostLeft) mostLeft = left;
    if (right > mostRight) mostRight = right;
  }
  const leafLeft = position - mostLeft;
  const leafRight = node.n - position - mostRight;
  let left = costOf(leafLeft, leafLeft);
  let right = costOf(leafRight, leafRight);
  const lefts = new Int32Array(node.orders.length).fill(NEVER);
  const rights = new Int32Array(node.orders.length).fill(NEVER);
  const rows = high.position - low.position;
  let steps = position + OVERHEAD * (1 + lefts.length);
  for (let by = 0; by < lefts.length; by += 1) {
    const leftBound = boundBetween(at(low.lefts, by), high.right, at(high.lefts, by), low.right, rows);
    const rightBound = boundBetween(low.left, at(high.rights, by), high.left, at(low.rights, by), rows);
    if (leftBound >= reach && rightBound >= reach) continue;
    const inOrder = node.orders[by] as Int32Array;
    if (shift === 1) ofTwoClasses(inOrder, node.n, keys, cut << shift, room);
    else ofClasses(inOrder, node.n, keys, cut << shift, shift, room);
    steps += shift === 1 ? node.n : MANY_CLASSES * node.n;
    const costLeft = costOf(errors.left, leafLeft);
    const costRight = costOf(errors.right, leafRight);
    if (costLeft < left) left = costLeft;
    if (costRight < right) right = costRight;
    if (leftBound < reach) lefts[by] = costLeft;
    if (rightBound < reach) rights[by] = costRight;
  }
  return { position, left, right, lefts, rights, steps };
}

function costOf(errors: number, leaf: number): number {
  return errors * ERROR + (errors === leaf ? 1 : 2);
}

function at(costs: Int32Array, column: number): number {
  return costs[column] as number;
}

// Both of these find the fewest errors of a stump over one column, for both sides of a split by another column, and write
// them to `room.errors`. The search spends most of its time here. `order` holds a node's `n` rows by the stump's column,
// as `NodeRows` has them. `keys` belong to the split's column: bin times 2^`shift`, plus the class. Rows with a key below
// `cut` are on the left side. `room.totals` must be filled.

/** With two classes one running sum suffices: +1 for a row of class 1, −1 for a row of class 0. Its greatest and its
 * least value over the thresholds belong to the two ways of labelling the leaves. */
function ofTwoClasses(
  order: Int32Array,
  n: number,
  keys: Int32Array,
  cut: number,
  { totals, errors }: StumpRoom,
): void {
  let left = 0;
  let leftMost = 0;
  let leftLeast = 0;
  let right = 0;
  let rightMost = 0;
  let rightLeast = 0;
  for (let position = 0; position < n; position += 1) {
    const entry = order[position] as number;
    const key = keys[entry >> 1] as number;
    const step = ((key & 1) << 1) - 1;
    // All ones for a row of the left side, else zero. A branch would be mispredicted half of the time.
    const stepLeft = step & ((key - cut) >> 31);
    left += stepLeft;
    right += step - stepLeft;
    if ((entry & 1) === 1) {
      if (left > leftMost) leftMost = left;
      else if (left < leftLeast) leftLeast = left;
      if (right > rightMost) rightMost = right;
      else if (right < rightLeast) rightLeast = right;
    }
  }
  const [left0, left1] = [totals[0] as number, totals[1] as number];
  const [right0, right1] = [totals[2] as number, totals[3] as number];
  errors.left = Math.min(left0, left1, left1 - leftMost, left0 + leftLeast);
  errors.right = Math.min(right0, right1, right1 - rightMost, right0 + rightLeast);
}

/** With more classes, each side's rows are written out in order, then counted from both ends. */
function ofClasses(
  order: Int32Array,
  n: number,
  keys: Int32Array,
  cut: number,
  shift: number,
  room: StumpRoom,
): void {
  const { leftRows, rightRows } = room;
  const mask = (1 << shift) - 1;
  let left = 0;
  let right = 0;
  let value = 0;
  for (let position = 0; position < n; position += 1) {
    const entry = order[position] as number;
    const key = keys[entry >> 1] as number;
    const goesLeft = (key - cut) >>> 31;
    // Written to both sides, kept by one: this avoids a branch.
    const row = (value << shift) | (key & mask);
    leftRows[left] = row;
    rightRows[right] = row;
    left += goesLeft;
    right += 1 - goesLeft;
    value += entry & 1;
  }
  room.errors.left = left - mostMatched(leftRows, left, shift, room);
  room.errors.right = right - mostMatched(rightRows, right, shift, room);
}

/** The most rows that a stump matches: the commonest class below a threshold and the commonest class above it. */
function mostMatched(rows: Int32Array, n: number, shift: number, { counts, reached }: StumpRoom): number {
  const mask = (1 << shift) - 1;
  let most = 0;
  counts.fill(0);
  for (let position = 0; position < n; position += 1) {
    const label = (rows[position] as number) & mask;
    const count = (counts[label] as number) + 1;
    counts[label] = count;
    most = greater(count, most);
    reached[position] = most;
  }
  let matched = most;
  most = 0;
  counts.fill(0);
  for (let position = n - 1; position > 0; position -= 1) {
    const row = rows[position] as number;
    const count = (counts[row & mask] as number) + 1;
    counts[row & mask] = count;
    most = greater(count, most);
    const below = position - 1;
    if ((row ^ (rows[below] as number)) >> shift !== 0) {
      matched = Math.max(matched, (reached[below] as number) + most);
    }
  }
  return matched;
}

/** Math.max without a branch; the branch would take twice the time here. */
function greater(a: number, b: number): number {
  return a + ((b - a) & ((a - b) >> 31));
}
