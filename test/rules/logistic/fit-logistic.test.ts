import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../../../src/rules/logistic/fit-logistic.ts';
import { predictLogistic } from '../../../src/rules/logistic/model.ts';
import { FitError } from '../../../src/shared/errors.ts';
import { answers, matchOf, prepared } from '../sklearn.ts';

describe('fitLogistic', () => {
  it.each(answers)('matches as scikit-learn does within 0.01 on $kind data, seed $seed', (answer) => {
    const { classes, columns, labels } = prepared(answer);
    const logistic = fitLogistic(columns, labels, classes.length);
    const match = matchOf(predictLogistic(logistic, columns, labels.length), labels);
    expect(Math.abs(match - answer.logistic.one_vs_rest)).toBeLessThanOrEqual(0.01);
  });

  it('is told by its own weights alone', () => {
    const answer = answers[0];
    if (!answer) throw new Error('no data');
    const { classes, columns, labels } = prepared(answer);
    const { mean, scale, bias, weights } = fitLogistic(columns, labels, classes.length);
    const logistic = JSON.parse(JSON.stringify({ mean, scale, bias, weights }));
    const scoreOf = (row: number, label: number) =>
      columns.reduce(
        (sum, column, j) =>
          sum + (logistic.weights[label][j] * ((column[row] ?? 0) - logistic.mean[j])) / logistic.scale[j],
        logistic.bias[label],
      );
    const byHand = labels.map((_, row) => {
      const scores = classes.map((_, label) => scoreOf(row, label));
      return scores.indexOf(Math.max(...scores));
    });
    const fitted = fitLogistic(columns, labels, classes.length);
    expect([...predictLogistic(fitted, columns, labels.length)]).toEqual([...byHand]);
  });

  it('learns an intercept, and ignores a constant column', () => {
    const x = Float64Array.from({ length: 200 }, (_, n) => 100 + n);
    const labels = Int32Array.from(x, (value) => Number(value > 270));
    const columns = [x, new Float64Array(200).fill(7)];
    const logistic = fitLogistic(columns, labels, 2);
    expect(matchOf(predictLogistic(logistic, columns, 200), labels)).toBeGreaterThanOrEqual(0.97);
    expect(logistic.weights[1]?.[1]).toBeCloseTo(0, 6);
  });

  it('gives a constant column no weight, also where its mean rounds', () => {
    const x = Float64Array.from({ length: 10 }, (_, n) => n);
    const labels = Int32Array.from(x, (value) => Number(value > 3));
    const logistic = fitLogistic([x, new Float64Array(10).fill(0.1)], labels, 2);
    expect(logistic.scale[1]).toBe(1);
    const other = [x, new Float64Array(10).fill(0.2)];
    expect([...predictLogistic(logistic, other, 10)]).toEqual([...labels]);
  });

  it('fits evenly spaced rows of many, and says how many', () => {
    const x = Float64Array.from({ length: 12_000 }, (_, n) => n);
    const labels = Int32Array.from(x, (value) => Number(value > 6000));
    const logistic = fitLogistic([x], labels, 2);
    expect(logistic.fitted_rows).toBe(2500);
    expect(matchOf(predictLogistic(logistic, [x], 12_000), labels)).toBeGreaterThan(0.99);
  });

  it('models a class that the spaced rows pass over', () => {
    const x = Float64Array.from({ length: 12_000 }, (_, n) => (n * 7919) % 1000);
    const labels = Int32Array.from(x, (value, n) => (n === 1 ? 1 : value > 500 ? 2 : 0));
    const logistic = fitLogistic([x], labels, 3);
    expect(logistic.weights).toHaveLength(3);
    expect(matchOf(predictLogistic(logistic, [x], 12_000), labels)).toBeGreaterThan(0.99);
  });

  it('answers the commonest class without columns', () => {
    const logistic = fitLogistic([], Int32Array.of(0, 1, 1, 1), 2);
    expect([...predictLogistic(logistic, [], 4)]).toEqual([1, 1, 1, 1]);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('refuses %s', (value) => {
    const columns = [Float64Array.of(1, 2, value, 4)];
    expect(() => fitLogistic(columns, Int32Array.of(0, 1, 0, 1), 2)).toThrow(FitError);
  });
});
