import type { Design } from '../results/fitted-rules.ts';
import type { EvaluatedFit, SkippedFit, TreeFit } from '../results/rules.ts';
import { designOf, type FeatureSpec } from './design.ts';
import { exportText } from './tree/export-text.ts';
import { fitTree } from './tree/fit-tree.ts';
import { featureImportances, predictTree, type Tree } from './tree/tree.ts';

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
): { readonly fit: RuleFit; readonly columns: readonly Float64Array[] } | SkippedFit {
  const prepared = prepare(labelled);
  if ('skip_reason' in prepared) return prepared;
  const { tree, treeFit, design, columns } = prepared;
  const { labels, classes } = labelled;
  const importances = featureImportances(tree, columns.length);
  const fit = {
    ...treeFit,
    classes: classes.map((label, index) => ({ label, n: labels.filter((one) => one === index).length })),
    feature_names: design.columns.map(({ name }) => name),
    feature_importances: Object.fromEntries(
      design.columns.map(({ name }, index) => [name, importances[index] as number]),
    ),
    rules: { design, tree: { match_rate: treeFit.match_rate, ...tree } },
  };
  return { fit, columns };
}

/** Fits the tree of `fitGreedyTree` alone, for a companion label. */
export function fitTreeRule(labelled: LabelledRows): TreeFit | SkippedFit {
  const prepared = prepare(labelled);
  return 'skip_reason' in prepared ? prepared : prepared.treeFit;
}

interface Prepared {
  readonly design: Design;
  readonly columns: readonly Float64Array[];
  readonly tree: Tree;
  readonly treeFit: TreeFit;
}

function prepare(labelled: LabelledRows): Prepared | SkippedFit {
  const { features, rows, n, labels, classes, maxDepth } = labelled;
  if (n < MIN_ROWS) return { n_samples: n, skip_reason: `thin_sample (n=${n} < ${MIN_ROWS})` };
  if (classes.length < 2) {
    const skip_reason = `single_class (only one decision label observed: ${classes[0]})`;
    return { n_samples: n, n_classes: classes.length, skip_reason };
  }
  const { design, columns } = designOf(features, rows, n);
  const tree = fitTree(columns, labels, classes.length, maxDepth);
  const treeFit: TreeFit = {
    n_samples: n,
    n_classes: classes.length,
    match_rate: matchRate(predictTree(tree, columns, n), labels),
    tree_text: exportText(
      tree,
      design.columns.map(({ name }) => name),
      classes,
    ),
  };
  return { tree, treeFit, design, columns };
}

function matchRate(predicted: Int32Array, labels: Int32Array): number {
  return predicted.reduce((sum, label, row) => sum + Number(label === labels[row]), 0) / labels.length;
}
