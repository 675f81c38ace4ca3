import { boundBetween, ERROR, type Evaluation, type Interval, NEVER } from './intervals.ts';
import type { NodeRows, SearchData } from './node-rows.ts';
import { bestStumps, type StumpRoom } from './stumps.ts';

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
    bestStumps(node.orders[by] as Int32Array, node.n, keys, cut << shift, shift, room);
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

/** Steps that stand for the fixed time of an evaluation, and of each of its columns. */
const OVERHEAD = 20;
/** Time of a row with more than two classes, as a multiple of a row with two. */
const MANY_CLASSES = 3;

function costOf(errors: number, leaf: number): number {
  return errors * ERROR + (errors === leaf ? 1 : 2);
}

function at(costs: Int32Array, column: number): number {
  return costs[column] as number;
}
