import { boundBetween, ERROR, type Evaluation, type Interval, IntervalQueue, NEVER } from './intervals.ts';
import { keepSide, type NodeRows, nodeRoom, rootRows, type SearchData } from './node-rows.ts';
import { splitIntoStumps, stumpRoom } from './stumps.ts';

/** A tree whose thresholds are not placed yet: rows up to the value `below` go left. Undefined is a leaf. */
export type Rule =
  | { readonly column: number; readonly below: number; readonly left: Rule; readonly right: Rule }
  | undefined;

/** Searches the cheapest tree (see `ERROR`) of at most `depth` levels of splits that costs less than `limit`. Of equally
 * cheap trees it takes the one whose root has the lowest column, then the lowest cut, then likewise in the left and in
 * the right subtree. It stops after about `budget` steps; a step is a look at one row.
 *
 * `cost` is that of the `rule` found, or the limit when none was found below it; `bound` is a lower bound of the cost of
 * any tree, and equals `cost` if the search was `finished`.
 *
 * The method is branch and bound over intervals of neighbouring cuts, the most promising first, as in ConTree (C. Briţa,
 * J. van der Linden, E. Demirović, arXiv 2501.07903). An evaluated cut bounds its neighbours, see `boundBetween`. The
 * last two levels are evaluated together, see `splitIntoStumps`. */
export function searchTree(data: SearchData, depth: number, limit: number, budget: number) {
  const { classes, labels, cuts } = data;
  const shift = Math.max(1, Math.ceil(Math.log2(classes)));
  const keys = cuts.map(({ bins }) => bins.map((bin, row) => (bin << shift) | (labels[row] as number)));
  const nodes = Array.from({ length: depth }, () => nodeRoom(data));
  const room = stumpRoom(data);
  /** Bounds by column when nothing is known. */
  const zeros = new Int32Array(cuts.length);
  let steps = 0;
  let stopped = false;

  /** Returns the cost of the cheapest tree of a node, or a bound that is not below `limit`, or a lower bound if stopped.
   * `atLeast` is a known lower bound. `best` is what was found; it is the first of equally cheap splits only if
   * `first`. */
  function solve(
    node: NodeRows,
    depth: number,
    atLeast: number,
    limit: number,
    first: boolean,
    best: Best,
  ): number {
    const errors = node.n - Math.max(...node.counts);
    best.cost = Math.min(limit, errors * ERROR + 1);
    best.column = -1;
    if (depth === 0 || errors === 0) return best.cost;
    if (depth === 1) return bestStump(node, best);
    const queue = new IntervalQueue();
    // A tree that is no leaf has at least two.
    const least = Math.max(atLeast, 2);
    const low = { position: 0, left: 1, right: least, lefts: zeros, rights: zeros };
    const high = { position: node.n, left: least, right: 1, lefts: zeros, rights: zeros };
    for (const [column, count] of node.cutCounts.entries()) {
      if (count > 0) queue.push({ bound: least, column, from: 0, to: count, low, high });
    }
    for (let top = queue.top; top && top.bound < reachOf(best, first); top = queue.top) {
      queue.pop();
      if (top.bound === best.cost && isFirst(best, top.column, top.low.position + 1)) continue;
      const { column, from, to, low, high } = top;
      const middle = (from + to) >> 1;
      const position = (node.cuts[column] as Int32Array)[middle] as number;
      const found = evaluate(node, depth, top, position, reachOf(best, first));
      if (!found) return Math.min(top.bound, best.cost);
      const cost = found.left + found.right;
      if (cost < best.cost || (first && cost === best.cost && !isFirst(best, column, position))) {
        Object.assign(best, { cost, column, position, left: found.left, right: found.right });
      }
      const reach = reachOf(best, first);
      const below = Math.max(top.bound, boundOf(low, found));
      const above = Math.max(top.bound, boundOf(found, high));
      if (from < middle && below < reach) {
        queue.push({ bound: below, column, from, to: middle, low, high: found });
      }
      if (middle + 1 < to && above < reach) {
        queue.push({ bound: above, column, from: middle + 1, to, low: found, high });
      }
    }
    return best.cost;
  }

  /** Returns undefined if the budget is spent. A side is solved only until the cut is known to be useless. */
  function evaluate(
    node: NodeRows,
    depth: number,
    interval: Interval,
    position: number,
    reach: number,
  ): Evaluation | undefined {
    if (steps > budget) stopped = true;
    if (stopped) return undefined;
    const columnKeys = keys[interval.column] as Int32Array;
    if (depth === 2) {
      const evaluation = splitIntoStumps(data, node, interval, position, reach, columnKeys, shift, room);
      steps += evaluation.steps;
      return evaluation;
    }
    const cut = cutAt(node, interval.column, position);
    // The bound of `boundBetween` for either side alone.
    const { low, high } = interval;
    const leastLeft = Math.max(low.left, high.left - ERROR * (high.position - position));
    const leastRight = Math.max(high.right, low.right - ERROR * (position - low.position));
    const best = nothing();
    const solveSide = (below: boolean, least: number, other: number) =>
      solve(keep(node, depth, interval.column, cut, below), depth - 1, least, reach - other, false, best);
    const left = solveSide(true, leastLeft, leastRight);
    if (stopped) return undefined;
    const right = solveSide(false, leastRight, leastLeft);
    if (stopped) return undefined;
    return {
      position,
      left: Math.max(left, leastLeft),
      right: Math.max(right, leastRight),
      lefts: zeros,
      rights: zeros,
    };
  }

  /** The rows on one side of a cut, of a node of the given depth. */
  function keep(node: NodeRows, depth: number, column: number, cut: number, below: boolean): NodeRows {
    const child = nodes[depth - 1] as NodeRows;
    keepSide(data, node, child, keys[column] as Int32Array, cut << shift, below);
    steps += cuts.length * node.n;
    return child;
  }

  /** The best split into two leaves; of equally good ones the first. */
  function bestStump(node: NodeRows, best: Best): number {
    for (const [column, order] of node.orders.entries()) {
      const below = new Int32Array(classes);
      steps += node.n;
      for (let position = 1; position < node.n; position += 1) {
        const entry = order[position - 1] as number;
        const label = labels[entry >> 1] as number;
        below[label] = (below[label] as number) + 1;
        if ((entry & 1) === 0) continue;
        let mostLeft = 0;
        let mostRight = 0;
        for (let label = 0; label < classes; label += 1) {
          const count = below[label] as number;
          mostLeft = Math.max(mostLeft, count);
          mostRight = Math.max(mostRight, (node.counts[label] as number) - count);
        }
        const [wrongLeft, wrongRight] = [position - mostLeft, node.n - position - mostRight];
        const [left, right] = [wrongLeft * ERROR + 1, wrongRight * ERROR + 1];
        if (left + right < best.cost)
          Object.assign(best, { cost: left + right, column, position, left, right });
      }
    }
    return best.cost;
  }

  function cutAt(node: NodeRows, column: number, position: number): number {
    const row = ((node.orders[column] as Int32Array)[position] as number) >> 1;
    return cuts[column]?.bins[row] as number;
  }

  /** Solves the children of a node again: their costs are known, their splits are not. */
  function treeOf(node: NodeRows, depth: number, found: Best, first: boolean): Rule {
    const { column, position } = found;
    if (column < 0) return undefined;
    const cut = cutAt(node, column, position);
    const [left, right] = [true, false].map((below) => {
      const child = keep(node, depth, column, cut, below);
      const cost = below ? found.left : found.right;
      const best = nothing();
      solve(child, depth - 1, cost, cost + 1, first, best);
      return treeOf(child, depth - 1, best, first);
    });
    return { column, below: cuts[column]?.below[cut - 1] as number, left, right };
  }

  const root = rootRows(data);
  const best = nothing();
  const bound = solve(root, depth, 0, limit, true, best);
  const result = { cost: best.cost, bound, finished: !stopped, steps };
  // Little is left to do, so the budget no longer applies.
  stopped = false;
  steps = Number.NEGATIVE_INFINITY;
  return { ...result, rule: treeOf(root, depth, best, result.finished) };
}

/** The cheapest split of a node so far. */
type Best = ReturnType<typeof nothing>;

/** No split: a leaf or the limit. `left` and `right` are the two sides' parts of the cost. */
function nothing() {
  return { cost: NEVER, column: -1, position: 0, left: 0, right: 0 };
}

/** Bounds that reach this are of no interest. */
function reachOf({ cost }: Best, first: boolean): number {
  return first ? cost + 1 : cost;
}

/** Whether the best split comes before the cuts of a column from `position` on, so that an equally good one is no gain.
 * A leaf and the limit always come first. */
function isFirst(best: Best, column: number, position: number): boolean {
  return best.column < column || (best.column === column && best.position <= position);
}

function boundOf(low: Evaluation, high: Evaluation): number {
  return boundBetween(low.left, high.right, high.left, low.right, high.position - low.position);
}
