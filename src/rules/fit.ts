import { sum } from 'd3-array';
import type { EvaluatedFit, SkippedFit, TreeFit } from '../results/rules.ts';
import { type Columns, designOf, type FeatureSpec } from './design.ts';
import { scoresOf } from './evaluation/confusion.ts';
import { exportText } from './tree/export-text.ts';
import { fitTree } from './tree/fit-tree.ts';
import { featureImportances, predictTree } from './tree/tree.ts';

/** Fewer rows say nothing about a rule. */
const MIN_ROWS = 10;

/** Rows with one label each, ready to be fitted. */
export interface LabelledRows {
  readonly features: readonly FeatureSpec[];
  /** Row-major, n × features; NaN is missing. */
  readonly rows: Float64Array;
  readonly n: number;
  /** Class number of each row. */
  readonly labels: Int32Array;
  /** The classes that occur, sorted. */
  readonly classes: readonly string[];
  readonly maxDepth: number;
}

/** The greedy tree, complete: anyone can apply it to a row of features. */
export interface RuleFit extends Omit<EvaluatedFit, 'evaluation' | 'rules'> {
  readonly rules: Pick<EvaluatedFit['rules'], 'design' | 'tree'>;
}

/** Fits the greedy tree, and gives the columns that it was fitted to; or says why there are too few rows or classes. */
export function fitGreedyTree(
  labelled: LabelledRows,
): { readonly fit: RuleFit; readonly columns: Columns } | SkippedFit {
  const { features, rows, n, labels, classes, maxDepth } = labelled;
  if (n < MIN_ROWS) return { n_samples: n, skip_reason: `thin_sample (n=${n} < ${MIN_ROWS})` };
  if (classes.length < 2) {
    const skip_reason = `single_class (only one decision label observed: ${classes[0]})`;
    return { n_samples: n, n_classes: classes.length, skip_reason };
  }
  const { design, columns } = designOf(features, rows, n);
  const tree = fitTree(columns, labels, classes.length, maxDepth);
  const { match_rate, confusion } = scoresOf(predictTree(tree, columns, n), labels, classes.length);
  const feature_names = design.columns.map(({ name }) => name);
  const importances = featureImportances(tree, columns.length);
  const fit = {
    n_samples: n,
    n_classes: classes.length,
    match_rate,
    tree_text: exportText(tree, feature_names, classes),
    classes: classes.map((label, index) => ({ label, n: sum(confusion[index] as number[]) })),
    feature_names,
    feature_importances: Object.fromEntries(
      feature_names.map((name, index) => [name, importances[index] as number]),
    ),
    rules: { design, tree: { match_rate, ...tree } },
  };
  return { fit, columns };
}

/** The same for a companion label, of which the rule itself is not kept. */
export function fitTreeRule(labelled: LabelledRows): TreeFit | SkippedFit {
  const fitted = fitGreedyTree(labelled);
  if ('skip_reason' in fitted) return fitted;
  const { n_samples, n_classes, match_rate, tree_text } = fitted.fit;
  return { n_samples, n_classes, match_rate, tree_text };
}
