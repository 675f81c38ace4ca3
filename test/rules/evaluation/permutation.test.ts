import { describe, expect, it } from 'vitest';
import type { GroupedRows } from '../../../src/rules/evaluation/cross-validate.ts';
import { rowsByRun } from '../../../src/rules/evaluation/folds.ts';
import { treeLearner } from '../../../src/rules/evaluation/learner.ts';
import { permutationTest } from '../../../src/rules/evaluation/permutation.ts';
import { rowsInTime, shiftLabels } from '../../../src/rules/evaluation/shift-labels.ts';
import { Random } from '../../../src/statistics/random.ts';

function data(runs: readonly number[], seed = 'data'): GroupedRows {
  const random = new Random(seed);
  const n = runs.length;
  return { features: [{ name: 'x' }], rows: Float64Array.from({ length: n }, () => random.unit()), n, runs };
}

const OPTIONS = { seed: 'seed', permutations: 99, maxRows: 1000 };

describe('shiftLabels', () => {
  it('begins the sequence of labels some runs later, whole runs at a time', () => {
    const groups = rowsByRun([1, 1, 2, 3, 3, 3]);
    const order = Int32Array.of(0, 1, 2, 3, 4, 5);
    const labels = Int32Array.of(10, 11, 20, 30, 31, 32);
    expect([...shiftLabels(groups, order, labels, 1)]).toEqual([20, 30, 31, 32, 10, 11]);
    expect([...shiftLabels(groups, order, labels, 2)]).toEqual([30, 31, 32, 10, 11, 20]);
  });

  it('goes by time, not by the order of the rows, and mixes the rows of a run', () => {
    const groups = rowsByRun([3, 3, 2, 1]);
    const orders = Array.from({ length: 40 }, (_, seed) =>
      [...rowsInTime(groups, new Random(`${seed}`))].join(),
    );
    expect(new Set(orders)).toEqual(new Set(['3,2,0,1', '3,2,1,0']));
  });
});

describe('permutationTest', () => {
  const runs = Array.from({ length: 160 }, (_, row) => row >> 2);

  it('finds a planted rule, in at most as many shifts as there are', () => {
    const rows = data(runs);
    const labels = Int32Array.from(rows.rows, (x) => Number(x > 0.4));
    const found = permutationTest(rows, labels, 2, treeLearner(3), OPTIONS);
    expect(found).toEqual({ p_value: 1 / 40, permutations: 39, ties: 0, rows: 160 });
    expect(permutationTest(rows, labels, 2, treeLearner(3), OPTIONS)).toEqual(found);
  });

  it('takes labels that merely persist for a rule less often than it finds one', () => {
    let small = 0;
    for (let corpus = 0; corpus < 40; corpus += 1) {
      const random = new Random(`${corpus}`);
      // Input and label each keep their value for about ten runs, and know nothing of each other.
      const walk = () => {
        let value = random.unit();
        return Array.from({ length: 40 }, () => {
          if (random.unit() < 0.1) value = random.unit();
          return value;
        });
      };
      const [input, hidden] = [walk(), walk()];
      const rows = { ...data(runs), rows: Float64Array.from(runs, (run) => input[run] as number) };
      const labels = Int32Array.from(runs, (run) => Number((hidden[run] as number) > 0.5));
      const p =
        permutationTest(rows, labels, 2, treeLearner(2), { ...OPTIONS, seed: `${corpus}` })?.p_value ?? 1;
      small += Number(p <= 0.05);
    }
    expect(small).toBeLessThan(10);
  });

  it('samples whole runs, or parts of long ones, when there are too many rows', () => {
    const short = data(Array.from({ length: 900 }, (_, row) => Math.floor(row / 5)));
    const long = data(Array.from({ length: 900 }, (_, row) => Math.floor(row / 30)));
    const labels = (rows: GroupedRows) => Int32Array.from(rows.rows, (x) => Number(x > 0.4));
    const few = { ...OPTIONS, maxRows: 100, permutations: 19 };
    expect(permutationTest(short, labels(short), 2, treeLearner(1), few)).toMatchObject({
      rows: 99,
      p_value: 0.05,
    });
    expect(permutationTest(long, labels(long), 2, treeLearner(1), few)?.rows).toBe(90);
  });

  it('is none for fewer than twenty runs', () => {
    const few = data(Array.from({ length: 76 }, (_, row) => row >> 2));
    const labels = Int32Array.from(few.rows, (x) => Number(x > 0.4));
    expect(permutationTest(few, labels, 2, treeLearner(1), OPTIONS)).toBeNull();
  });
});
