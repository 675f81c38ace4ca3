import LogisticRegression from 'ml-logistic-regression';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { FitError } from '../../shared/errors.ts';

/** Strength of the ridge penalty on standardised weights, as scikit-learn's default C = 1. */
const RIDGE = 1;
/** Size of the pseudo-observations. A smaller one is nearer to a quadratic penalty (relative error (ε·w)²/12). */
const EPSILON = 1e-3;
/** Weight of a pseudo-observation: it makes a pair's curvature 2·weight·ε²/4 that of the penalty. */
const PSEUDO_WEIGHT = (2 * RIDGE) / EPSILON ** 2;
const FIRST_STEPS = 64;
const MAX_STEPS = 512;
/** Share of rows that may change their class when the steps are doubled. */
const TOLERANCE = 1e-3;
/** The solver's time grows with rows × steps. Of more rows, evenly spaced ones stand for all. */
const MAX_ROWS = 5_000;

/** Logistic regression, one class against the rest. A row's class has the greatest score
 * `bias[c] + Σ weights[c][j] · (value[j] − mean[j]) / scale[j]`. Of equal scores the first class counts. */
export interface Logistic {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly weights: readonly (readonly number[])[];
  /** Steps of gradient descent, and whether the last doubling of them left the rows' classes unchanged. */
  readonly steps: number;
  readonly converged: boolean;
  /** Rows it was fitted to. */
  readonly fitted_rows: number;
}

/** Fits what scikit-learn's OneVsRestClassifier(LogisticRegression()) fits to standardised columns. The solver is
 * `ml-logistic-regression`, which is bare gradient descent, so:
 * - columns are standardised, and a constant column gives the intercept;
 * - the ridge penalty enters as weighted pseudo-observations: a pair of rows ±ε·e_j of one class adds
 *   2·log(2·cosh(ε·w_j / 2)) ≈ (ε·w_j)²/4 to the loss, times their weight (S. Greenland and M. A. Mansournia,
 *   Statistics in Medicine 34, 2015);
 * - rows are rotated and scaled so that AᵀDA = I, where D holds the rows' weights. Then the Hessian is at most I/4.
 *   So a rate of 4 is safe for any number of rows, and few steps suffice;
 * - steps are doubled until the rows keep their class. The library starts from zero on each call.
 *
 * `columns` are of one length, `labels` class numbers below `classes`, each of which occurs. Throws FitError
 * for values that are not finite, which the library would turn into NaN weights. */
export function fitLogistic(columns: readonly Float64Array[], labels: Int32Array, classes: number): Logistic {
  const rows = fittedRows(labels, classes);
  const { sampled, mean, scale } = sampleOf(columns, rows);
  if (![...mean, ...scale].every(Number.isFinite))
    throw new FitError('expected finite values, found others; mend the capture that holds them');

  const width = columns.length;
  const pseudoRows = 2 * width;
  const observed = Matrix.zeros(rows.length + pseudoRows, width + 1);
  const targets = new Array<number>(rows.length + pseudoRows).fill(0);
  for (const [position, row] of rows.entries()) {
    for (const [index, column] of sampled.entries()) {
      const value = ((column[position] as number) - (mean[index] as number)) / (scale[index] as number);
      observed.set(position, index, value);
    }
    observed.set(position, width, 1);
    targets[position] = labels[row] as number;
  }
  for (let index = 0; index < width; index += 1) {
    observed.set(rows.length + 2 * index, index, EPSILON);
    observed.set(rows.length + 2 * index + 1, index, -EPSILON);
  }
  const rowWeights = targets.map((_, row) => (row < rows.length ? 1 : PSEUDO_WEIGHT));

  const rotation = whitening(observed.clone().mulColumnVector(rowWeights.map(Math.sqrt)));
  const rotated = observed.mmul(rotation);
  const transposed = rotated.transpose().mulRowVector(rowWeights);
  // The library's gradient is transpose() · residuals. A weighted transpose gives the gradient of weighted rows. The
  // library would compute it again in every step, which would take half of the time.
  rotated.transpose = () => transposed;
  const target = Matrix.columnVector(targets);
  let steps = FIRST_STEPS;
  let weights = solve(rotated, target, classes, steps);
  let converged = false;
  while (!converged && steps < MAX_STEPS) {
    steps *= 2;
    const before = weights;
    weights = solve(rotated, target, classes, steps);
    converged = changedClasses(rotated, before, weights) <= TOLERANCE * rows.length;
  }
  const solved = weights.map((one) => rotation.mmul(one.transpose()).to1DArray());
  return {
    mean,
    scale,
    bias: solved.map((one) => one[width] as number),
    weights: solved.map((one) => one.slice(0, width)),
    steps,
    converged,
    fitted_rows: rows.length,
  };
}

/** The class of each row. */
export function predictLogistic(
  logistic: Logistic,
  columns: readonly Float64Array[],
  rows: number,
): Int32Array {
  const { mean, scale, bias, weights } = logistic;
  const best = new Int32Array(rows);
  const greatest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const standardised = columns.map((column, index) =>
    column.map((value) => (value - (mean[index] as number)) / (scale[index] as number)),
  );
  for (const [label, ofLabel] of weights.entries()) {
    const scores = new Float64Array(rows).fill(bias[label] as number);
    for (const [index, column] of standardised.entries()) {
      const weight = ofLabel[index] as number;
      for (let row = 0; row < rows; row += 1) {
        scores[row] = (scores[row] as number) + weight * (column[row] as number);
      }
    }
    for (let row = 0; row < rows; row += 1) {
      const score = scores[row] as number;
      if (score <= (greatest[row] as number)) continue;
      greatest[row] = score;
      best[row] = label;
    }
  }
  return best;
}

/** The matrix T for which (A·T)ᵀ(A·T) = I. */
function whitening(observed: Matrix): Matrix {
  const gram = observed.transpose().mmul(observed);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return eigenvectorMatrix.mulRowVector(realEigenvalues.map((value) => 1 / Math.sqrt(value)));
}

/** Weights by class after `steps` steps. The library models that a row is not of the class, hence the sign. */
function solve(rotated: Matrix, target: Matrix, classes: number, steps: number): Matrix[] {
  const model = new LogisticRegression({ numSteps: steps, learningRate: 4 });
  model.train(rotated, target);
  return model.classifiers.slice(0, classes).map(({ weights }) => Matrix.mul(weights, -1));
}

function changedClasses(rotated: Matrix, before: readonly Matrix[], after: readonly Matrix[]): number {
  const [old, now] = [classesOf(rotated, before), classesOf(rotated, after)];
  return old.reduce((changed, label, row) => changed + Number(label !== now[row]), 0);
}

function classesOf(rotated: Matrix, weights: readonly Matrix[]): number[] {
  const scores = weights.map((one) => rotated.mmul(one.transpose()).to1DArray());
  return Array.from({ length: rotated.rows }, (_, row) => {
    const ofRow = scores.map((one) => one[row] as number);
    return ofRow.indexOf(Math.max(...ofRow));
  });
}

/** The columns' values in the rows to fit to, and each column's mean and deviation. */
export function sampleOf(columns: readonly Float64Array[], rows: readonly number[]) {
  const sampled = columns.map((column) => rows.map((row) => column[row] as number));
  const mean = sampled.map(meanOf);
  const scale = sampled.map((column, index) => deviationOf(column, mean[index] as number));
  return { sampled, mean, scale };
}

/** The rows to fit to: evenly spaced ones, and one row of each class that is not among them: the library expects labels 0…k−1. */
export function fittedRows(labels: Int32Array, classes: number): number[] {
  const kept = Math.min(labels.length, MAX_ROWS);
  const rows = Array.from({ length: kept }, (_, index) => Math.floor((index * labels.length) / kept));
  const seen = new Set(rows.map((row) => labels[row]));
  for (let label = 0; label < classes; label += 1) {
    if (!seen.has(label)) rows.push(labels.indexOf(label));
  }
  return rows;
}

/** The mean of a constant column is exactly its value. Otherwise its deviation would be the rounding error. */
function meanOf(values: readonly number[]): number {
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) return first;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Root mean square deviation, as in StandardScaler; 1 for a constant column. */
function deviationOf(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
}
