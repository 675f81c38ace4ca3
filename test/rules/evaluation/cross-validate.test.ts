import { describe, expect, it } from 'vitest';
import { columnsOf, crossValidate, type GroupedRows } from '../../../src/rules/evaluation/cross-validate.ts';
import { rowsByRun, type Split } from '../../../src/rules/evaluation/folds.ts';
import { type Learner, logisticLearner, treeLearner } from '../../../src/rules/evaluation/learner.ts';
import { answers } from '../../statistics/answers.ts';

function grouped(rows: readonly (readonly (number | null)[])[], runs: readonly number[]): GroupedRows {
  const width = rows[0]?.length ?? 0;
  return {
    features: Array.from({ length: width }, (_, index) => ({ name: `x${index}` })),
    rows: Float64Array.from(rows.flat(), (value) => value ?? Number.NaN),
    n: rows.length,
    runs,
  };
}

/** Each run is predicted from all others. */
function leaveOneOut(runs: ArrayLike<number>): Split[] {
  const groups = rowsByRun(runs);
  return groups.map((test) => ({
    train: Int32Array.from(groups.filter((group) => group !== test).flat()).sort(),
    test: Int32Array.from(test),
  }));
}

describe('crossValidate', () => {
  it.each(answers.folds)(
    'predicts left-out runs as scikit-learn does',
    ({ rows, labels, runs, predicted }) => {
      const data = grouped(rows, runs);
      const task = { learner: treeLearner(3), labels: Int32Array.from(labels) };
      const [variants] = crossValidate(data, leaveOneOut(runs), 2, [task]);
      expect(variants).toHaveLength(4);
      expect([...(variants?.[3] ?? [])]).toEqual(predicted);
    },
  );

  it('learns imputation from the training rows alone', () => {
    const data = grouped([[1], [2], [3], [1000], [null], [2000]], [1, 1, 1, 2, 2, 2]);
    const folds = leaveOneOut(data.runs);
    expect(columnsOf(data, folds[1] as Split)).toMatchObject({
      train: Int32Array.of(0, 1, 2),
      testColumns: [Float64Array.of(1000, 2, 2000)],
    });
    expect(columnsOf(data, folds[0] as Split).testColumns[1]).toEqual(Float64Array.of(0, 0, 0));
  });

  it('gives the depth-zero tree the commonest label of the other folds', () => {
    const data = grouped([[1], [2], [3], [4]], [1, 2, 3, 4]);
    const task = { learner: treeLearner(2), labels: Int32Array.of(0, 0, 1, 1) };
    const [variants] = crossValidate(data, leaveOneOut(data.runs), 2, [task]);
    expect([...(variants?.[0] ?? [])]).toEqual([1, 1, 0, 0]);
  });

  it.each([
    ['tree', treeLearner(3)],
    ['logistic', logisticLearner],
  ])('does without a class that the training rows lack (%s)', (_, learner) => {
    const rows = Array.from({ length: 12 }, (_, row) => [row]);
    const runs = rows.map((_, row) => (row === 11 ? 9 : row % 4));
    const labels = Int32Array.from(rows, (_, row) => (row === 11 ? 1 : row < 6 ? 0 : 2));
    const [variants] = crossValidate(grouped(rows, runs), leaveOneOut(runs), 3, [{ learner, labels }]);
    expect(variants?.at(-1)?.[11]).toBe(2);
    const single = crossValidate(grouped(rows, runs), leaveOneOut(runs), 2, [
      { learner, labels: labels.map((label) => Number(label === 1)) },
    ]);
    expect(single[0]?.at(-1)?.[11]).toBe(0);
  });

  it('leaves rows that no split predicts at -1', () => {
    const data = grouped([[1], [2], [3], [4]], [1, 1, 2, 2]);
    const splits = leaveOneOut(data.runs).slice(1);
    const [variants] = crossValidate(data, splits, 2, [
      { learner: treeLearner(1), labels: Int32Array.of(0, 1, 0, 1) },
    ]);
    expect([...(variants?.at(-1) ?? [])]).toEqual([-1, -1, 1, 1]);
  });

  it('prepares each fold once for all tasks of a learner', () => {
    let prepared = 0;
    const learner: Learner = (columns) => {
      prepared += 1;
      return treeLearner(1)(columns);
    };
    const data = grouped([[1], [2], [3], [4]], [1, 1, 2, 2]);
    const labels = Int32Array.of(0, 1, 0, 1);
    crossValidate(data, leaveOneOut(data.runs), 2, [
      { learner, labels },
      { learner, labels },
    ]);
    expect(prepared).toBe(2);
  });
});
