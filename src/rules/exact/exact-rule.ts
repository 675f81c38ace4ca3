import type { EvaluatedFit } from '../../results/rules.ts';
import type { Columns } from '../design.ts';
import type { RuleFit } from '../fit.ts';
import { exportText } from '../tree/export-text.ts';
import { exactTree, MAX_EXACT_DEPTH } from './exact-tree.ts';

/** Limit of steps for one subject's tree: about 2 s on one core of 2026. */
const STEPS = 6e8;

/** Fits the exact tree to the columns of a design whose greedy tree is `fit`. */
export function exactRule(
  columns: Columns,
  labels: Int32Array,
  fit: RuleFit,
  maxDepth: number,
): EvaluatedFit['rules']['exact'] {
  if (maxDepth > MAX_EXACT_DEPTH) {
    return { skip_reason: `too_deep (max_depth=${maxDepth} > ${MAX_EXACT_DEPTH})` };
  }
  const names = fit.classes.map(({ label }) => label);
  const found = exactTree(columns, labels, names.length, maxDepth, { steps: STEPS });
  const { tree, errors, optimality, gap, thresholds } = found;
  const match_rate = (labels.length - errors) / labels.length;
  const tree_text = exportText(tree, fit.feature_names, names);
  return { match_rate, optimality, gap, thresholds, tree_text, ...tree };
}
