import { describe, expect, it } from 'vitest';
import { foldsOf, groupedFolds, rowsByRun } from '../../../src/rules/evaluation/folds.ts';

/** Runs of 1 to 9 rows, their rows scattered. */
function runsOf(count: number): number[] {
  const rows = Array.from({ length: count }, (_, run) =>
    new Array<number>(1 + (run % 9)).fill(100 + run),
  ).flat();
  return rows.map((_, row) => rows[(row * 7919) % rows.length] as number);
}

describe('foldsOf', () => {
  it('leaves out one run at a time up to fifty', () => {
    const runs = runsOf(50);
    const { kind, count, of } = foldsOf(runs, 'seed');
    expect([kind, count]).toEqual(['leave_one_run_out', 50]);
    expect(new Set(runs.map((run, row) => `${run} ${of[row]}`)).size).toBe(50);
  });

  it('makes ten folds of whole runs beyond, about equal in rows', () => {
    const runs = runsOf(51);
    const { kind, count, of } = foldsOf(runs, 'seed');
    expect([kind, count]).toEqual(['grouped', 10]);
    expect(new Set(runs.map((run, row) => `${run} ${of[row]}`)).size).toBe(51);
    const rows = new Array<number>(10).fill(0);
    for (const fold of of) rows[fold] = (rows[fold] ?? 0) + 1;
    expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(2);
  });

  it('draws by its seed', () => {
    const runs = runsOf(200);
    expect(foldsOf(runs, 'one')).toEqual(foldsOf(runs, 'one'));
    expect(foldsOf(runs, 'one').of).not.toEqual(foldsOf(runs, 'other').of);
  });

  it('is one fold for one run, and none for no row', () => {
    expect(foldsOf([5, 5], 'seed').count).toBe(1);
    expect(foldsOf([], 'seed').count).toBe(0);
  });
});

describe('groupedFolds', () => {
  it('has no more folds than runs, and gives the largest run one of its own', () => {
    expect(groupedFolds([1, 2, 2], 5, 'seed').count).toBe(2);
    const runs = [...new Array(20).fill(0), ...Array.from({ length: 10 }, (_, run) => run + 1)];
    const { of } = groupedFolds(runs, 3, 'seed');
    expect(of.filter((fold) => fold === of[0])).toHaveLength(20);
  });
});

describe('rowsByRun', () => {
  it('lists rows by run, in the order of the first', () => {
    expect(rowsByRun([7, 3, 7, 7, 3])).toEqual([
      [0, 2, 3],
      [1, 4],
    ]);
  });
});
