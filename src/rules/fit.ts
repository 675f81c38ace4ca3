import { applyDesign, type Design, type FeatureSpec, fitDesign } from './design.ts';
import { exportText } from './export-text.ts';
import { fitTree } from './fit-tree.ts';
import { fitLogistic, type Logistic, predictLogistic } from './logistic.ts';
import { featureImportances, predictTree, type Tree } from './tree.ts';

/** Fewer rows carry no information about a rule. */
const MIN_ROWS = 10;

/** Rows of one label, ready to be fitted. */
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

/** Both rules, whole: with these and a row of features, anyone can decide as they do. */
export interface Rules {
  readonly design: Design;
  readonly tree: Tree & { readonly match_rate: number };
  readonly logistic: Logistic & { readonly match_rate: number };
}

export interface RuleFit {
  readonly n_samples: number;
  readonly n_classes: number;
  readonly classes: readonly { readonly label: string; readonly n: number }[];
  /** Share of the training rows that the tree reproduces. */
  readonly match_rate: number;
  /** Columns of the design. */
  readonly feature_names: readonly string[];
  readonly tree_text: string;
  readonly feature_importances: Readonly<Record<string, number>>;
  readonly rules: Rules;
}

export interface SkippedFit {
  readonly n_samples: number;
  readonly n_classes?: number;
  readonly skip_reason: string;
}

/** Fits both rules to rows of one label, or says why there are too few rows or classes to. Throws FitError. */
export function fitRules({
  features,
  rows,
  n,
  labels,
  classes,
  maxDepth,
}: LabelledRows): RuleFit | SkippedFit {
  if (n < MIN_ROWS) return { n_samples: n, skip_reason: `thin_sample (n=${n} < ${MIN_ROWS})` };
  if (classes.length < 2) {
    const skip_reason = `single_class (only one decision label observed: ${classes[0]})`;
    return { n_samples: n, n_classes: classes.length, skip_reason };
  }
  const design = fitDesign(features, rows, n);
  const columns = applyDesign(design, rows, n);
  const names = design.columns.map(({ name }) => name);
  const tree = fitTree(columns, labels, classes.length, maxDepth);
  const logistic = fitLogistic(columns, labels, classes.length);
  const match_rate = matchRate(predictTree(tree, columns, n), labels);
  const importances = featureImportances(tree, columns.length);
  return {
    n_samples: n,
    n_classes: classes.length,
    classes: classes.map((label, index) => ({ label, n: labels.filter((one) => one === index).length })),
    match_rate,
    feature_names: names,
    tree_text: exportText(tree, names, classes),
    feature_importances: Object.fromEntries(names.map((name, index) => [name, importances[index] as number])),
    rules: {
      design,
      tree: { match_rate, ...tree },
      logistic: { match_rate: matchRate(predictLogistic(logistic, columns, n), labels), ...logistic },
    },
  };
}

function matchRate(predicted: Int32Array, labels: Int32Array): number {
  return predicted.reduce((sum, label, row) => sum + Number(label === labels[row]), 0) / labels.length;
}
