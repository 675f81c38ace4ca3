import type { RuleFit } from '../fit.ts';
import { exportText } from '../tree/export-text.ts';
import type { Tree } from '../tree/tree.ts';
import { type ExactTree, exactTree, MAX_EXACT_DEPTH } from './exact-tree.ts';

/** Limit of steps for one subject's tree: about 2 s on one core of 2026. */
const STEPS = 6e8;

/** The exact tree, as it is published. */
export interface ExactRule
  extends Tree,
    Pick<ExactTree, 'optimality' | 'gap' | 'thresholds'>,
    Pick<RuleFit, 'match_rate' | 'tree_text'> {}

export interface SkippedRule {
  readonly skip_reason: string;
}

/** Fits the exact tree to the columns of a design whose greedy tree is `fit`. */
export function exactRule(
  columns: readonly Float64Array[],
  labels: Int32Array,
  fit: RuleFit,
  maxDepth: number,
): ExactRule | SkippedRule {
  if (maxDepth > MAX_EXACT_DEPTH) {
    return { skip_reason: `too_deep (max_depth=${maxDepth} > ${MAX_EXACT_DEPTH})` };
  }
  const names = fit.classes.map(({ label }) => label);
  const found = exactTree(columns, labels, names.length, maxDepth, { steps: STEPS });
  const { tree, errors, optimality, gap, thresholds } = found;
  return {
    match_rate: (labels.length - errors) / labels.length,
    optimality,
    gap,
    thresholds,
    tree_text: exportText(tree, fit.feature_names, names),
    ...tree,
  };
}
