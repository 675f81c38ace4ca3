import { max, min, sum } from 'd3-array';
import { FitError } from '../../shared/errors.ts';
import type { Columns } from '../design.ts';
import { fitTree, leafOf, sortColumn, thresholdBetween } from '../tree/fit-tree.ts';
import { countClasses, type Tree, type TreeNode } from '../tree/tree.ts';
import { cutsOf } from './cuts.ts';
import { ERROR } from './intervals.ts';
import { type Rule, searchTree } from './tree-search.ts';

/** Deeper trees are not simple rules, and their search takes too long. */
export const MAX_EXACT_DEPTH = 4;
/** Up to so many values (rows × columns) all midpoints are thresholds; above it, QUANTILES quantiles of each column. */
const ALL_MIDPOINTS = 20_000;
const QUANTILES = 31;
/** Limit of steps; a step is a look at one row. A limit of time would give another tree on each machine. This is about
 * 10 s on one core of 2026. */
const STEPS = 3e9;

interface Limits {
  readonly steps?: number;
  /** Number of values up to which all midpoints are thresholds. */
  readonly allMidpoints?: number;
  /** Number of thresholds of a column above that. */
  readonly quantiles?: number;
}

/** Fits the tree with the fewest errors, at most `maxDepth` (0 to 4) splits deep. Of several it takes the one with the
 * fewest leaves, and of these the first: lowest column, then lowest threshold, at the root, then in the left and in the
 * right subtree. It is never worse than `fitTree`, and has the same conventions. Throws FitError as `fitTree` does, and
 * for a greater depth. Its match is `proven` where no tree of this depth has fewer errors, or as many errors and fewer
 * leaves; `proven_over_candidates` where no such tree has its thresholds among those considered. */
export function exactTree(
  columns: Columns,
  labels: Int32Array,
  classes: number,
  maxDepth: number,
  { steps = STEPS, allMidpoints = ALL_MIDPOINTS, quantiles = QUANTILES }: Limits = {},
) {
  if (maxDepth > MAX_EXACT_DEPTH) {
    throw new FitError(
      `expected a depth of at most ${MAX_EXACT_DEPTH}, found ${maxDepth}; lower --max-depth`,
    );
  }
  const rows = labels.length;
  const greedy = fitTree(columns, labels, classes, maxDepth);
  const sorted = columns.map(sortColumn);
  const most = rows * columns.length <= allMidpoints ? Number.POSITIVE_INFINITY : quantiles;
  const cuts = sorted.map(({ values, order }, column) => {
    const wanted = greedy.nodes.flatMap(({ split }) => (split?.feature === column ? [split.threshold] : []));
    return cutsOf(values, order, most, wanted);
  });
  const start = simplest(greedy);
  const orders = sorted.map(({ order }) => order);
  // One more, so that the first of the trees that are as good as the greedy one is found.
  const limit = start.cost + 1;
  const found = searchTree({ classes, labels, cuts, orders }, maxDepth, limit, steps);
  const { rule, cost } = found.cost < limit ? found : start;
  const errors = Math.floor(cost / ERROR);
  // The leaves of a tree never cost as much as one row.
  const fewest = Math.min(errors, Math.ceil((found.bound - 2 ** maxDepth) / ERROR));
  const proven = cuts.every(({ all }) => all) ? ('proven' as const) : ('proven_over_candidates' as const);
  const columnValues = sorted.map(({ values }) => values);
  return {
    tree: grow(rule, columnValues, labels, classes),
    /** Training rows that the tree gets wrong. */
    errors,
    optimality: found.finished ? proven : ('time_limited' as const),
    gap: rows === 0 ? 0 : (errors - fewest) / rows,
    thresholds: {
      considered: sum(cuts, ({ below }) => below.length),
      possible: sum(cuts, ({ possible }) => possible),
    },
    /** Steps of the search, the same on every machine. */
    steps: found.steps,
  };
}

/** A tree without the splits that correct no row, and its cost. */
function simplest({ nodes }: Tree): { rule: Rule; cost: number } {
  function simplify(index: number): { rule: Rule; cost: number } {
    const { n, counts, split } = nodes[index] as TreeNode;
    const leaf = { rule: undefined, cost: (n - Math.max(...counts)) * ERROR + 1 };
    if (!split) return leaf;
    const [left, right] = [simplify(split.left), simplify(split.right)];
    const cost = left.cost + right.cost;
    if (cost >= leaf.cost) return leaf;
    return {
      rule: { column: split.feature, below: split.threshold, left: left.rule, right: right.rule },
      cost,
    };
  }
  return simplify(0);
}

/** The tree of a rule. As in fitTree, its thresholds lie halfway between the rows of each node. */
function grow(rule: Rule, values: readonly Float32Array[], labels: Int32Array, classes: number): Tree {
  const nodes: TreeNode[] = [];
  function growNode(rows: Int32Array, rule: Rule): number {
    const node = leafOf(countClasses(labels, classes, rows));
    const index = nodes.push(node) - 1;
    if (!rule) return index;
    const { column, below } = rule;
    const of = (row: number) => values[column]?.[row] as number;
    const low = rows.filter((row) => of(row) <= below);
    const high = rows.filter((row) => of(row) > below);
    const threshold = thresholdBetween(max(low, of) as number, min(high, of) as number);
    const left = growNode(low, rule.left);
    const right = growNode(high, rule.right);
    nodes[index] = { ...node, split: { feature: column, threshold, left, right } };
    return index;
  }
  growNode(Int32Array.from(labels.keys()), rule);
  return { nodes };
}
