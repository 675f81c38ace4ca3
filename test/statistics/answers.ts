import { readFileSync } from 'node:fs';

interface Answers {
  readonly scores: readonly {
    readonly classes: number;
    readonly labels: readonly number[];
    readonly predicted: readonly number[];
    readonly kappa: number;
    readonly balanced_accuracy: number;
    readonly confusion: readonly (readonly number[])[];
  }[];
  readonly folds: readonly {
    readonly rows: readonly (readonly (number | null)[])[];
    readonly labels: readonly number[];
    readonly runs: readonly number[];
    readonly predicted: readonly number[];
  }[];
  readonly quantiles: readonly {
    readonly probability: number;
    readonly degrees: number;
    readonly normal: number;
    readonly student: number;
  }[];
  readonly clopper_pearson: readonly { readonly n: number; readonly low: number }[];
}

/** What scikit-learn and SciPy say, as test/python/evaluation_answers.py wrote it. */
export const answers: Answers = JSON.parse(
  readFileSync(new URL('../data/evaluation.json', import.meta.url), 'utf8'),
);
