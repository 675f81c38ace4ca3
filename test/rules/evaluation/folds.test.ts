import { describe, expect, it } from 'vitest';
import { blocks, rowsByRun, type Split, walkForward } from '../../../src/rules/evaluation/folds.ts';

/** One row a run. */
function runs(count: number): number[][] {
  return rowsByRun(Array.from({ length: count }, (_, run) => run));
}

const lists = (splits: readonly Split[]) => splits.map(({ train, test }) => [[...train], [...test]]);
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('rowsByRun', () => {
  it('lists rows by run, runs in time', () => {
    expect(rowsByRun([7, 3, 7, 7, 3])).toEqual([
      [1, 4],
      [0, 2, 3],
    ]);
  });
});

describe('blocks', () => {
  it('are five contiguous ones, each predicted from all others', () => {
    // ⌈b · 12 / 5⌉: 0, 3, 5, 8, 10, 12.
    expect(lists(blocks(runs(12)))).toEqual([
      [upTo(3, 12), upTo(0, 3)],
      [[...upTo(0, 3), ...upTo(5, 12)], upTo(3, 5)],
      [[...upTo(0, 5), ...upTo(8, 12)], upTo(5, 8)],
      [[...upTo(0, 8), ...upTo(10, 12)], upTo(8, 10)],
      [upTo(0, 10), upTo(10, 12)],
    ]);
  });

  it('keep runs whole, and are fewer for fewer runs, none for one', () => {
    expect(lists(blocks(rowsByRun([5, 5, 2, 9])))).toEqual([
      [[0, 1, 3], [2]],
      [
        [2, 3],
        [0, 1],
      ],
      [[0, 1, 2], [3]],
    ]);
    expect(blocks(runs(1))).toEqual([]);
    expect(blocks([])).toEqual([]);
  });
});

describe('walkForward', () => {
  it('predicts each tenth of the second half from all that is before it', () => {
    // ⌈j · 12 / 10⌉ for j = 5 … 10: 6, 8, 9, 10, 11, 12.
    expect(lists(walkForward(runs(12)))).toEqual([
      [upTo(0, 6), upTo(6, 8)],
      [upTo(0, 8), upTo(8, 9)],
      [upTo(0, 9), upTo(9, 10)],
      [upTo(0, 10), upTo(10, 11)],
      [upTo(0, 11), upTo(11, 12)],
    ]);
    expect(walkForward(runs(1))).toEqual([]);
  });
});
