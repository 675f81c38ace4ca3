import type { PublishedLogistic } from '../../results/fitted-rules.ts';
import type { Columns } from '../design.ts';

/** Strength of the ridge penalty on standardised weights, as scikit-learn's default C = 1. */
export const RIDGE = 1;

/** Logistic regression, one class against the rest. A row's class has the greatest score
 * `bias[c] + Σ weights[c][j] · (value[j] − mean[j]) / scale[j]`. Of equal scores the first class counts. `converged` says
 * whether the last doubling of the steps left the rows' classes unchanged. */
export type Logistic = Omit<PublishedLogistic, 'match_rate'>;

/** The class of each row. */
export function predictLogistic(logistic: Logistic, columns: Columns, rows: number): Int32Array {
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
