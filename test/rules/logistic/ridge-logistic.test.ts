import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../../../src/rules/logistic/fit-logistic.ts';
import { predictLogistic } from '../../../src/rules/logistic/model.ts';
import { ridgeLogistic } from '../../../src/rules/logistic/ridge-logistic.ts';
import { answers, matchOf, prepared } from '../sklearn.ts';

describe('ridgeLogistic', () => {
  it.each(answers)('matches as scikit-learn does within 0.01 on $kind data, seed $seed', (answer) => {
    const { classes, columns, labels } = prepared(answer);
    const logistic = ridgeLogistic(columns)(labels, classes.length);
    const match = matchOf(predictLogistic(logistic, columns, labels.length), labels);
    expect(logistic.converged).toBe(true);
    expect(Math.abs(match - answer.logistic.one_vs_rest)).toBeLessThanOrEqual(0.01);
  });

  it('has the weights of fitLogistic, which stops once the rows have their classes', () => {
    const x = Float64Array.from({ length: 300 }, (_, row) => ((row * 7919) % 300) / 100);
    const y = Float64Array.from({ length: 300 }, (_, row) => ((row * 104_729) % 300) / 100);
    const labels = Int32Array.from(x, (value, row) =>
      value > 2 ? 2 : Number(value + (y[row] as number) > 2.5),
    );
    const [slow, fast] = [fitLogistic([x, y], labels, 3), ridgeLogistic([x, y])(labels, 3)];
    for (const label of [0, 1, 2]) {
      const [exact, found] = [fast, slow].map(({ bias, weights }) => [
        bias[label],
        ...(weights[label] ?? []),
      ]);
      for (const [index, weight] of exact?.entries() ?? []) {
        expect((found?.[index] as number) / (weight as number)).toBeCloseTo(1, 1);
      }
    }
  });

  it('is at the optimum: the gradient of the penalised loss is nought', () => {
    const x = Float64Array.from({ length: 50 }, (_, row) => row);
    const labels = Int32Array.from(x, (value) => Number(value > 20));
    const { mean, scale, bias, weights } = ridgeLogistic([x])(labels, 2);
    const residuals = x.map((value, row) => {
      const standard = (value - (mean[0] as number)) / (scale[0] as number);
      const score = (bias[1] as number) + (weights[1]?.[0] as number) * standard;
      return 1 / (1 + Math.exp(-score)) - (labels[row] as number);
    });
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    const along = sum(
      residuals.map((one, row) => (one * ((x[row] as number) - (mean[0] as number))) / (scale[0] as number)),
    );
    expect(sum(residuals)).toBeCloseTo(0, 6);
    expect(along + (weights[1]?.[0] as number)).toBeCloseTo(0, 6);
  });

  it('ignores a constant column, and does without columns', () => {
    const labels = Int32Array.of(0, 1, 1, 1);
    const { weights } = ridgeLogistic([Float64Array.of(3, 3, 3, 3)])(labels, 2);
    expect(weights[1]?.[0]).toBeCloseTo(0, 12);
    expect([...predictLogistic(ridgeLogistic([])(labels, 2), [], 4)]).toEqual([1, 1, 1, 1]);
  });
});
