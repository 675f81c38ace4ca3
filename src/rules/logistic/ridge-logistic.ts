import type { Columns } from '../design.ts';
import { solveCholesky } from './cholesky.ts';
import { type Logistic, RIDGE } from './model.ts';
import { fittedRows, type Standardised, standardise } from './sample.ts';

const MAX_STEPS = 50;
const MAX_HALVINGS = 30;
/** The last step changes no weight by more than this. */
const TOLERANCE = 1e-6;

/** Fits to labellings of the same rows, whose columns are standardised once, what `fitLogistic` fits: each class against
 * the rest with a ridge penalty, by Newton's method (iteratively reweighted least squares: Hastie, Tibshirani and Friedman
 * 2009, 4.4.1). It is exact, and fast enough for every fold and permutation. Both methods descend to the one minimum of
 * the same convex loss. */
export function ridgeLogistic(columns: Columns): (labels: Int32Array, classes: number) => Logistic {
  let design: Standardised | undefined;
  return (labels, classes) => {
    const rows = fittedRows(labels, classes);
    if (!design || !isEqual(design.rows, rows)) design = standardise(columns, rows);
    return fitTo(design, labels, classes);
  };
}

function isEqual(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((row, index) => row === others[index]);
}

function fitTo(design: Standardised, labels: Int32Array, classes: number): Logistic {
  const { rows, mean, scale } = design;
  const ofRows = Int32Array.from(rows, (row) => labels[row] as number);
  // With two classes the second solution is the negative of the first.
  const solved = Array.from({ length: classes === 2 ? 1 : classes }, (_, label) =>
    solve(design, ofRows, label),
  );
  const [first] = solved;
  if (classes === 2 && first) solved.push({ ...first, weights: first.weights.map((weight) => -weight) });
  return {
    mean,
    scale,
    bias: solved.map(({ weights }) => weights.at(-1) as number),
    weights: solved.map(({ weights }) => [...weights.subarray(0, -1)]),
    steps: Math.max(...solved.map(({ steps }) => steps)),
    converged: solved.every(({ converged }) => converged),
    fitted_rows: rows.length,
  };
}

function solve({ values: design, width }: Standardised, labels: Int32Array, label: number) {
  const n = labels.length;
  const scores = new Float64Array(n);
  /** Sets `scores`, and gives the penalised loss. */
  function lossOf(weights: Float64Array): number {
    let loss = 0;
    for (let index = 0; index < width - 1; index += 1) loss += (RIDGE / 2) * (weights[index] as number) ** 2;
    for (let row = 0; row < n; row += 1) {
      let score = 0;
      for (let index = 0; index < width; index += 1) {
        score += (weights[index] as number) * (design[row * width + index] as number);
      }
      scores[row] = score;
      const margin = labels[row] === label ? score : -score;
      loss += Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
    }
    return loss;
  }

  /** Hessian⁻¹ · gradient, where `scores` are those of the weights. */
  function newtonStep(weights: Float64Array): Float64Array {
    const hessian = new Float64Array(width * width);
    const gradient = new Float64Array(width);
    for (let row = 0; row < n; row += 1) {
      const probability = 1 / (1 + Math.exp(-(scores[row] as number)));
      const residual = probability - Number(labels[row] === label);
      // A saturated row still curves the loss a little, so the Hessian stays positive definite.
      const curvature = Math.max(probability * (1 - probability), 1e-12);
      const start = row * width;
      for (let i = 0; i < width; i += 1) {
        const value = design[start + i] as number;
        gradient[i] = (gradient[i] as number) + residual * value;
        const bent = curvature * value;
        for (let j = 0; j <= i; j += 1) {
          const place = i * width + j;
          hessian[place] = (hessian[place] as number) + bent * (design[start + j] as number);
        }
      }
    }
    for (let i = 0; i < width - 1; i += 1) {
      gradient[i] = (gradient[i] as number) + RIDGE * (weights[i] as number);
      hessian[i * width + i] = (hessian[i * width + i] as number) + RIDGE;
    }
    return solveCholesky(hessian, gradient);
  }

  let weights = new Float64Array(width);
  let loss = lossOf(weights);
  for (let steps = 1; steps <= MAX_STEPS; steps += 1) {
    const step = newtonStep(weights);
    let rate = 1;
    let next = weights;
    let lower = loss;
    for (let halving = 0; halving < MAX_HALVINGS; halving += 1) {
      next = weights.map((weight, index) => weight - rate * (step[index] as number));
      lower = lossOf(next);
      if (lower <= loss) break;
      rate /= 2;
    }
    const change = Math.max(...step.map(Math.abs)) * rate;
    weights = next;
    loss = lower;
    if (change < TOLERANCE) return { weights, steps, converged: true };
  }
  return { weights, steps: MAX_STEPS, converged: false };
}
