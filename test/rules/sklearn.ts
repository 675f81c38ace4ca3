import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One data set and what scikit-learn fits to it, as test/python/sklearn_answers.py wrote it. */
export interface Answer {
  readonly seed: number;
  readonly kind: string;
  readonly depth: number;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly string[];
  /** Whether splits of one quality leave the choice to chance. */
  readonly ties: boolean;
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly n: readonly number[];
  readonly impurity: readonly number[];
  readonly counts: readonly (readonly number[])[];
  readonly importances: readonly number[];
  readonly text: string;
  readonly match: number;
  readonly logistic: { readonly multinomial: number; readonly one_vs_rest: number };
}

/** ANSWERS names another file than the committed one, to check against fresh data. */
const file = process.env.ANSWERS ?? new URL('../data/sklearn.json.gz', import.meta.url);
export const answers: readonly Answer[] = JSON.parse(gunzipSync(readFileSync(file)).toString());

/** A data set as the rules take it. */
export function prepared({ x, y }: Answer) {
  const classes = [...new Set(y)].sort();
  const columns = (x[0] ?? []).map((_, j) => Float64Array.from(x, (row) => row[j] as number));
  return { classes, columns, labels: Int32Array.from(y, (label) => classes.indexOf(label)) };
}

export function matchOf(predicted: Int32Array, labels: Int32Array): number {
  return predicted.reduce((sum, label, row) => sum + Number(label === labels[row]), 0) / labels.length;
}
