declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  /** One against the rest by plain gradient descent from zero: no intercept, no scaling, no penalty, no stop, the
   * gradient summed over rows. Classifier `c` models the probability of NOT being class `c`. */
  export default class LogisticRegression {
    constructor(options: { numSteps: number; learningRate: number });
    readonly classifiers: readonly { readonly weights: Matrix }[];
    train(features: Matrix, labels: Matrix): void;
  }
}
