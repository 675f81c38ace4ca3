import { FitError } from '../../shared/errors.ts';
import { countClasses, fitTree, gini, sortColumns } from '../tree/fit-tree.ts';
import type { Tree, TreeNode } from '../tree/tree.ts';
import { type Cuts, cutsOf } from './cuts.ts';
import { ERROR } from './intervals.ts';
import { type CutTree, searchTree } from './tree-search.ts';

/** Deeper trees are not simple rules, and their search takes too long. */
export const MAX_EXACT_DEPTH = 4;
/** Up to so many values (rows × columns) all midpoints are thresholds; above it, QUANTILES quantiles of each column. */
const ALL_MIDPOINTS = 20_000;
const QUANTILES = 31;
/** Limit of steps; a step is a look at one row. A limit of time would give another tree on each machine. This is about
 * 10 s on one core of 2026. */
const STEPS = 3e9;

export interface ExactTree {
  readonly tree: Tree;
  /** Training rows that the tree gets wrong. */
  readonly errors: number;
  /** `proven`: no tree of this depth has fewer errors, or as many errors and fewer leaves. `proven_over_candidates`: no
   * such tree has its thresholds among those considered. `time_limited`: the limit of steps ended the search. */
  readonly optimality: 'proven' | 'proven_over_candidates' | 'time_limited';
  /** Upper bound of what a better tree over these thresholds could match more, as a share of rows. */
  readonly gap: number;
  /** Numbers of thresholds of all columns: considered, and possible. */
  readonly thresholds: { readonly considered: number; readonly possible: number };
  /** Steps of the search, the same on every machine. */
  readonly steps: number;
}

export interface ExactTreeLimits {
  readonly steps?: number;
  /** Number of values up to which all midpoints are thresholds. */
  readonly allMidpoints?: number;
  /** Number of thresholds of a column above that. */
  readonly quantiles?: number;
}

/** Fits the tree with the fewest errors, at most `maxDepth` (0 to 4) splits deep. Of several it takes the one with the
 * fewest leaves, and of these the first: lowest column, then lowest threshold, at the root, then in the left and in the
 * right subtree. It is never worse than `fitTree`, and has the same conventions. Throws FitError as `fitTree` does, and
 * for a greater depth. */
export function exactTree(
  columns: readonly Float64Array[],
  labels: Int32Array,
  classes: number,
  maxDepth: number,
  { steps = STEPS, allMidpoints = ALL_MIDPOINTS, quantiles = QUANTILES }: ExactTreeLimits = {},
): ExactTree {
  if (maxDepth > MAX_EXACT_DEPTH) {
    throw new FitError(
      `expected a depth of at most ${MAX_EXACT_DEPTH}, found ${maxDepth}; lower --max-depth`,
    );
  }
  const rows = labels.length;
  const greedy = fitTree(columns, labels, classes, maxDepth);
  const { values, orders } = sortColumns(columns);
  const most = rows * columns.length <= allMidpoints ? Number.POSITIVE_INFINITY : quantiles;
  const cuts = values.map((value, column) => {
    const wanted = greedy.nodes.flatMap(({ split }) => (split?.feature === column ? [split.threshold] : []));
    return cutsOf(value, orders[column] as Uint32Array, most, wanted);
  });
  const considered = cuts.reduce((sum, { below }) => sum + below.length, 0);
  const possible = cuts.reduce((sum, one) => sum + one.possible, 0);
  const start = simplest(greedy);
  const bins = cuts.map((one) => one.bins);
  const cutCounts = cuts.map(({ below }) => below.length);
  // One more, so that the first of the trees that are as good as the greedy one is found.
  const limit = start.cost + 1;
  const found = searchTree({ rows, classes, labels, bins, cutCounts, orders }, maxDepth, limit, steps);
  const rule = found.cost < limit ? ruleOf(found.tree, cuts) : start.rule;
  const errors = Math.floor(Math.min(found.cost, start.cost) / ERROR);
  // The leaves of a tree never cost as much as one row.
  const fewest = Math.min(errors, Math.ceil((found.bound - 2 ** maxDepth) / ERROR));
  const proven = cuts.every(({ all }) => all) ? 'proven' : 'proven_over_candidates';
  return {
    tree: grow(rule, values, labels, classes),
    errors,
    optimality: found.finished ? proven : 'time_limited',
    gap: rows === 0 ? 0 : (errors - fewest) / rows,
    thresholds: { considered, possible },
    steps: found.steps,
  };
}

/** A tree whose thresholds are not placed yet: rows up to `below` go left. Undefined is a leaf. */
type Rule = { column: number; below: number; left: Rule; right: Rule } | undefined;

function ruleOf(tree: CutTree | undefined, cuts: readonly Cuts[]): Rule {
  if (!tree) return undefined;
  const { column, cut } = tree;
  const below = (cuts[column] as Cuts).below[cut - 1] as number;
  return { column, below, left: ruleOf(tree.left, cuts), right: ruleOf(tree.right, cuts) };
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
    const n = rows.length;
    const counts = countClasses(
      rows.map((row) => labels[row] as number),
      classes,
    );
    const node = { n, impurity: gini(counts, n), counts: [...counts] };
    const index = nodes.push(node) - 1;
    if (!rule) return index;
    const value = values[rule.column] as Float32Array;
    const of = (row: number) => value[row] as number;
    const low = rows.filter((row) => of(row) <= rule.below);
    const high = rows.filter((row) => of(row) > rule.below);
    const below = low.reduce((most, row) => Math.max(most, of(row)), Number.NEGATIVE_INFINITY);
    const above = high.reduce((least, row) => Math.min(least, of(row)), Number.POSITIVE_INFINITY);
    const middle = below / 2 + above / 2;
    const left = growNode(low, rule.left);
    const right = growNode(high, rule.right);
    const threshold = middle === above ? below : middle;
    nodes[index] = { ...node, split: { feature: rule.column, threshold, left, right } };
    return index;
  }
  growNode(
    Int32Array.from(labels, (_, row) => row),
    rule,
  );
  return { nodes };
}
