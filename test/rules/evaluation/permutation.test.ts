import { describe, expect, it } from 'vitest';
import type { GroupedRows } from '../../../src/rules/evaluation/cross-validate.ts';
import { rowsByRun } from '../../../src/rules/evaluation/folds.ts';
import { type Learner, treeLearner } from '../../../src/rules/evaluation/learner.ts';
import { permutationTest } from '../../../src/rules/evaluation/permutation.ts';
import { movableShare, permuteLabels, preservedMatch } from '../../../src/rules/evaluation/permute-labels.ts';
import { Random } from '../../../src/statistics/random.ts';

function data(n: number, runs: readonly number[], seed = 'data'): GroupedRows {
  const random = new Random(seed);
  return { features: [{ name: 'x' }], rows: Float64Array.from({ length: n }, () => random.unit()), n, runs };
}

describe('permuteLabels', () => {
  it('gives every arrangement that the runs allow, each equally often', () => {
    const runs = [1, 1, 2, 2, 2, 3, 4, 5, 5, 6, 6];
    const labels = Int32Array.of(0, 1, 2, 2, 0, 0, 1, 3, 3, 4, 4);
    const random = new Random('arrangements');
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw += 1) {
      const key = permuteLabels(rowsByRun(runs), labels, random).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // 2 of run 1, 3 of run 2, runs 3 and 4 and runs 5 and 6 swapped or not.
    expect(counts.size).toBe(2 * 3 * 2 * 2);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('tells how many rows can get another label', () => {
    const groups = rowsByRun([1, 1, 2, 3, 3, 4, 4, 4]);
    expect(movableShare(groups, Int32Array.of(0, 1, 0, 1, 1, 2, 2, 2))).toBe(2 / 8);
    expect(movableShare(groups, Int32Array.of(0, 0, 0, 1, 1, 2, 2, 2))).toBe(4 / 8);
    expect(movableShare(groups, new Int32Array(8))).toBe(0);
  });

  it('tells what of them can be matched by knowing the runs', () => {
    const groups = rowsByRun([1, 1, 1, 2, 2, 3, 4, 5]);
    // Two of run 1, all of run 2, which has no other to swap with, and the two of three single rows that are alike.
    expect(preservedMatch(groups, Int32Array.of(0, 1, 0, 1, 1, 2, 0, 2))).toBe(6 / 8);
    expect(preservedMatch(groups, new Int32Array(8))).toBe(1);
  });
});

describe('permutationTest', () => {
  const options = { seed: 'seed', permutations: 99, maxRows: 1000 };

  it('finds a planted rule', () => {
    const rows = data(
      60,
      Array.from({ length: 60 }, (_, row) => row >> 2),
    );
    const labels = Int32Array.from(rows.rows, (x) => Number(x > 0.4));
    const found = permutationTest(rows, labels, 2, treeLearner(3), options);
    expect(found).toMatchObject({ p_value: 0.01, permutations: 99, rows: 60 });
    expect(permutationTest(rows, labels, 2, treeLearner(3), options)).toEqual(found);
  });

  it('is near the share of all permutations', () => {
    // A learner that ignores its labels: the match is the number of ones among the three rows above a half.
    const fixed: Learner = () => () => [
      (columns, n) => Int32Array.from({ length: n }, (_, row) => Number((columns[0]?.[row] ?? 0) > 0.5)),
    ];
    const rows = {
      ...data(7, [0, 1, 2, 3, 4, 5, 6]),
      rows: Float64Array.of(0.9, 0.8, 0.7, 0.1, 0.2, 0.3, 0.4),
    };
    // Of the 35 ways to place three ones, 1 has all of them, 12 have two, 18 have one, 4 none above a half.
    const test = (labels: number[]) => {
      return (
        permutationTest(rows, Int32Array.from(labels), 2, fixed, { ...options, permutations: 4000 })
          ?.p_value ?? 0
      );
    };
    expect(test([1, 1, 1, 0, 0, 0, 0])).toBeLessThanOrEqual(1 / 35 + 0.012);
    expect(test([1, 1, 0, 1, 0, 0, 0])).toBeGreaterThan(1 / 35 - 0.012);
    expect(test([1, 1, 0, 1, 0, 0, 0])).toBeLessThan(13 / 35 + 0.03);
    expect(test([0, 0, 0, 1, 1, 1, 0])).toBeGreaterThan(31 / 35 - 0.03);
  });

  it('does not mistake the likeness of rows of a run for a rule', () => {
    const runs = Array.from({ length: 80 }, (_, row) => row >> 3);
    let small = 0;
    for (let corpus = 0; corpus < 60; corpus += 1) {
      const random = new Random(`${corpus}`);
      // Input and label are each the same in nearly all rows of a run, and know nothing of each other.
      const own = Array.from({ length: 10 }, () => [random.unit(), Number(random.unit() < 0.5)] as const);
      const rows = { ...data(80, runs), rows: Float64Array.from(runs, (run) => own[run]?.[0] ?? 0) };
      const labels = Int32Array.from(runs, (run) => (random.unit() < 0.1 ? 1 : (own[run]?.[1] ?? 0)));
      const found = permutationTest(rows, labels, 2, treeLearner(3), {
        ...options,
        seed: `${corpus}`,
        permutations: 19,
      });
      small += Number((found?.p_value ?? 1) <= 0.1);
    }
    expect(small / 60).toBeLessThan(0.25);
  });

  it('samples whole runs, or parts of long ones, when there are too many rows', () => {
    const long = data(
      900,
      Array.from({ length: 900 }, (_, row) => Math.floor(row / 300)),
    );
    const short = data(
      900,
      Array.from({ length: 900 }, (_, row) => Math.floor(row / 5)),
    );
    const labels = (rows: GroupedRows) => Int32Array.from(rows.rows, (x) => Number(x > 0.4));
    const few = { ...options, maxRows: 100, permutations: 19 };
    expect(permutationTest(long, labels(long), 2, treeLearner(1), few)?.rows).toBe(30);
    expect(permutationTest(short, labels(short), 2, treeLearner(1), few)).toMatchObject({
      rows: 100,
      p_value: 0.05,
    });
  });

  it('is none for one run, or when nothing can move', () => {
    const one = data(20, new Array(20).fill(3));
    const labels = Int32Array.from({ length: 20 }, (_, row) => row % 2);
    expect(permutationTest(one, labels, 2, treeLearner(1), options)).toBeNull();
    const uneven = data(6, [1, 2, 2, 3, 3, 3]);
    expect(permutationTest(uneven, Int32Array.of(0, 1, 1, 2, 2, 2), 3, treeLearner(1), options)).toBeNull();
  });
});
