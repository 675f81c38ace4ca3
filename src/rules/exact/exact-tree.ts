import { FitError } from '../../shared/errors.ts';
import { countClasses, fitTree, gini, sortedRows, toFloat32 } from '../tree/fit-tree.ts';
import type { Tree, TreeNode } from '../tree/tree.ts';
import { type Cuts, cutsOf } from './cuts.ts';
import { ERROR } from './intervals.ts';
import { type CutTree, searchTree } from './tree-search.ts';

/** Deeper trees are no simple rules, and out of reach. */
export const MAX_EXACT_DEPTH = 4;
/** Up to so many values (rows × columns) all midpoints are thresholds; of more, so many quantiles of each column. */
const ALL_MIDPOINTS = 20_000;
const QUANTILES = 31;
/** Looks at a row. A limit of time would end the search elsewhere on each machine and day; this is about 10 s on one core
 * of 2026. */
const STEPS = 3e9;

export interface ExactTree {
  readonly tree: Tree;
  /** Training rows that it gets wrong. */
  readonly errors: number;
  /** `proven`: no tree of this depth is wrong less often, nor as often with fewer leaves. `proven_over_candidates`: none
   * whose thresholds are among those considered. `time_limited`: the search was stopped by its limit of steps. */
  readonly optimality: 'proven' | 'proven_over_candidates' | 'time_limited';
  /** What a better tree, over the thresholds considered, could match more at the most, as a share of rows. */
  readonly gap: number;
  /** Thresholds of all columns together: those considered, and those there are. */
  readonly thresholds: { readonly considered: number; readonly possible: number };
  /** Steps that the search took, the same on every machine. */
  readonly steps: number;
}

export interface ExactTreeLimits {
  readonly steps?: number;
  /** Values up to which all midpoints are thresholds. */
  readonly allMidpoints?: number;
  /** Thresholds of a column beyond. */
  readonly quantiles?: number;
}

/** Fits the tree that gets the fewest rows wrong, at most `maxDepth` (0 to 4) splits deep: of several the one with the
 * fewest leaves, and of these the first (lowest column, then lowest threshold, at the root, then in its left and in its
 * right subtree). Never worse than `fitTree`, whose conventions and errors it shares. */
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
  const values = columns.map(toFloat32);
  const orders = values.map(sortedRows);
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
  // One more, so that of trees as good as the greedy one the first is found.
  const limit = start.cost + 1;
  const found = searchTree({ rows, classes, labels, bins, cutCounts, orders }, maxDepth, limit, steps);
  const rule = found.cost < limit ? ruleOf(found.tree, cuts) : start.rule;
  const errors = Math.floor(Math.min(found.cost, start.cost) / ERROR);
  // No tree has leaves for a whole row.
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

/** A tree whose thresholds are anywhere between two values: rows up to `below` go left. Undefined is a leaf. */
type Rule = { column: number; below: number; left: Rule; right: Rule } | undefined;

function ruleOf(tree: CutTree | undefined, cuts: readonly Cuts[]): Rule {
  if (!tree) return undefined;
  const { column, cut } = tree;
  const below = (cuts[column] as Cuts).below[cut - 1] as number;
  return { column, below, left: ruleOf(tree.left, cuts), right: ruleOf(tree.right, cuts) };
}

/** A tree without the splits that make no row's prediction right, and what it costs. */
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

/** The tree of a rule, its thresholds halfway between its nodes' own rows, as those of fitTree. */
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
