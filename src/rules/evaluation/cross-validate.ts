import { applyDesign, type FeatureSpec, fitDesign } from '../design.ts';
import type { Split } from './folds.ts';
import type { Learner, Predictor } from './learner.ts';

/** Rows of features, grouped by run. */
export interface GroupedRows {
  readonly features: readonly FeatureSpec[];
  /** Row-major, n × features; NaN is missing. */
  readonly rows: Float64Array;
  readonly n: number;
  /** Run number of each row; numbers ascend in time. */
  readonly runs: ArrayLike<number>;
  /** The week of each row, by its Monday, `YYYY-MM-DD`. */
  readonly weeks?: readonly string[] | undefined;
  /** The market regime of each row, as far as it was captured. */
  readonly regimes?: readonly (string | undefined)[] | undefined;
}

/** The chosen rows alone. */
export function partOf(data: GroupedRows, chosen: Int32Array): GroupedRows {
  const from = <T>(values: ArrayLike<T>) => Array.from(chosen, (row) => values[row] as T);
  return {
    features: data.features,
    rows: takeRows(data.rows, data.features.length, chosen),
    n: chosen.length,
    runs: from(data.runs),
    weeks: data.weeks && from(data.weeks),
    regimes: data.regimes && from(data.regimes),
  };
}

/** A split with the columns of its rows. The design is learned from the training rows alone, so an imputed median knows
 * nothing of the test rows. */
export function columnsOf({ features, rows }: GroupedRows, { train, test }: Split) {
  const design = fitDesign(features, rows, train);
  const columns = (some: Int32Array) => applyDesign(design, rows, some);
  return { train, test, trainColumns: columns(train), testColumns: columns(test) };
}

/** Labels to learn, and the learner. */
export interface Task {
  readonly learner: Learner;
  /** Class number of each row, below `classes`. */
  readonly labels: Int32Array;
}

/** Predictions by task and by variant of its rule: the class of each row, predicted by the rule fitted to the training
 * rows of its split; -1 for a row that no split predicts. Tasks of one learner share its preparation. */
export function crossValidate(
  data: GroupedRows,
  splits: readonly Split[],
  classes: number,
  tasks: readonly Task[],
): Int32Array[][] {
  const predicted: Int32Array[][] = tasks.map(() => []);
  for (const split of splits) {
    const { train, test, trainColumns, testColumns } = columnsOf(data, split);
    const prepared = new Map<Learner, ReturnType<Learner>>();
    for (const [index, { learner, labels }] of tasks.entries()) {
      const learn = prepared.get(learner) ?? learner(trainColumns);
      prepared.set(learner, learn);
      const predictors = learnClasses(learn, pick(labels, train), classes);
      for (const [variant, predict] of predictors.entries()) {
        const ofTask = predicted[index] as Int32Array[];
        const ofVariant = ofTask[variant] ?? new Int32Array(data.n).fill(-1);
        ofTask[variant] = ofVariant;
        const answers = predict(testColumns, test.length);
        for (const [position, row] of test.entries()) ofVariant[row] = answers[position] as number;
      }
    }
  }
  return predicted;
}

/** Fits to the classes that occur among the training labels. The predictors give the original class numbers. */
export function learnClasses(
  learn: ReturnType<Learner>,
  labels: Int32Array,
  classes: number,
): readonly Predictor[] {
  const present = [...new Set(labels)].sort((one, other) => one - other);
  if (present.length === classes) return learn(labels, classes);
  const dense = new Int32Array(classes);
  for (const [code, label] of present.entries()) dense[label] = code;
  const predictors = learn(
    labels.map((label) => dense[label] as number),
    present.length,
  );
  return predictors.map<Predictor>((predict) => (columns, rows) => {
    return predict(columns, rows).map((code) => present[code] as number);
  });
}

export function pick(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row] as number);
}

export function takeRows(rows: Float64Array, width: number, chosen: Int32Array): Float64Array {
  const taken = new Float64Array(chosen.length * width);
  for (const [position, row] of chosen.entries()) {
    taken.set(rows.subarray(row * width, (row + 1) * width), position * width);
  }
  return taken;
}
