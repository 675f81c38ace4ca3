import type { Columns } from '../design.ts';

/** A solver's time grows with rows × steps. Of more rows, evenly spaced ones stand for all. */
const MAX_ROWS = 2_500;

/** The rows to fit to, with each column's mean and deviation. */
export type Standardised = ReturnType<typeof standardise>;

export function standardise(columns: Columns, rows: readonly number[]) {
  const sampled = columns.map((column) => rows.map((row) => column[row] as number));
  const mean = sampled.map(meanOf);
  const scale = sampled.map((column, index) => deviationOf(column, mean[index] as number));
  const width = columns.length + 1;
  /** Values less their mean, in deviations: row-major, the intercept's constant last. */
  const values = new Float64Array(rows.length * width).fill(1);
  for (const [index, column] of sampled.entries()) {
    for (const [position, value] of column.entries()) {
      values[position * width + index] = (value - (mean[index] as number)) / (scale[index] as number);
    }
  }
  return { rows, mean, scale, values, width };
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
