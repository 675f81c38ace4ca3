import LogisticRegression from 'ml-logistic-regression';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { FitError } from '../../shared/errors.ts';
import type { Columns } from '../design.ts';
import { type Logistic, predictLogistic, RIDGE } from './model.ts';
import { ridgeLogistic } from './ridge-logistic.ts';
import { fittedRows, standardise } from './sample.ts';

/** Size of the pseudo-observations. A smaller one is nearer to a quadratic penalty (relative error (ε·w)²/12). */
const EPSILON = 1e-3;
/** Weight of a pseudo-observation: it makes a pair's curvature 2·weight·ε²/4 that of the penalty. */
const PSEUDO_WEIGHT = (2 * RIDGE) / EPSILON ** 2;
/** Near the limit of 8, and far enough from it that steps across the steepest directions die out. */
const RATE = 7;
const FIRST_STEPS = 64;
const MAX_STEPS = 512;
/** Share of rows that may have another class than by the exact solution. */
const TOLERANCE = 1e-3;

/** Fits what scikit-learn's OneVsRestClassifier(LogisticRegression()) fits to standardised columns. The solver is
 * `ml-logistic-regression`, which is bare gradient descent, so:
 * - columns are standardised, and a constant column gives the intercept;
 * - the ridge penalty enters as weighted pseudo-observations: a pair of rows ±ε·e_j of one class adds
 *   2·log(2·cosh(ε·w_j / 2)) ≈ (ε·w_j)²/4 to the loss, times their weight (S. Greenland and M. A. Mansournia,
 *   Statistics in Medicine 34, 2015);
 * - rows are rotated and scaled so that AᵀDA = I, where D holds the rows' weights. Then the Hessian is at most I/4.
 *   So any rate below 8 descends for any number of rows, and few steps suffice;
 * - twice as many steps are tried until the rows have the classes of the exact solution, which Newton's method
 *   gives. The library starts from zero on each call.
 *
 * `columns` are of one length, `labels` class numbers below `classes`, each of which occurs. Throws FitError
 * for values that are not finite, which the library would turn into NaN weights. */
export function fitLogistic(columns: Columns, labels: Int32Array, classes: number): Logistic {
  const rows = fittedRows(labels, classes);
  const { mean, scale, values, width } = standardise(columns, rows);
  if (![...mean, ...scale].every(Number.isFinite))
    throw new FitError('expected finite values, found others; mend the capture that holds them');

  const observed = Matrix.zeros(rows.length + 2 * columns.length, width);
  const targets = new Array<number>(observed.rows).fill(0);
  for (const [position, row] of rows.entries()) {
    observed.setRow(position, values.subarray(position * width, (position + 1) * width));
    targets[position] = labels[row] as number;
  }
  for (const index of columns.keys()) {
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
  const exact = predictLogistic(ridgeLogistic(columns)(labels, classes), columns, labels.length);
  const exactClasses = rows.map((row) => exact[row] as number);
  const isConverged = (weights: readonly Matrix[]) => {
    const found = classesOf(rotated, weights);
    const others = exactClasses.filter((label, position) => label !== found[position]);
    return others.length <= TOLERANCE * rows.length;
  };
  let steps = FIRST_STEPS;
  let weights = solve(rotated, target, classes, steps);
  while (!isConverged(weights) && steps < MAX_STEPS) {
    steps *= 2;
    weights = solve(rotated, target, classes, steps);
  }
  const solved = weights.map((one) => rotation.mmul(one.transpose()).to1DArray());
  return {
    mean,
    scale,
    bias: solved.map((one) => one[columns.length] as number),
    weights: solved.map((one) => one.slice(0, columns.length)),
    steps,
    converged: isConverged(weights),
    fitted_rows: rows.length,
  };
}

/** The matrix T for which (A·T)ᵀ(A·T) = I. */
function whitening(observed: Matrix): Matrix {
  const gram = observed.transpose().mmul(observed);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return eigenvectorMatrix.mulRowVector(realEigenvalues.map((value) => 1 / Math.sqrt(value)));
}

/** Weights by class after `steps` steps. The library models that a row is not of the class, hence the sign. */
function solve(rotated: Matrix, target: Matrix, classes: number, steps: number): Matrix[] {
  const model = new LogisticRegression({ numSteps: steps, learningRate: RATE });
  model.train(rotated, target);
  return model.classifiers.slice(0, classes).map(({ weights }) => Matrix.mul(weights, -1));
}

function classesOf(rotated: Matrix, weights: readonly Matrix[]): number[] {
  const scores = weights.map((one) => rotated.mmul(one.transpose()).to1DArray());
  return Array.from({ length: rotated.rows }, (_, row) => {
    const ofRow = scores.map((one) => one[row] as number);
    return ofRow.indexOf(Math.max(...ofRow));
  });
}
