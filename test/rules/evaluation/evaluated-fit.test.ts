import { describe, expect, it } from 'vitest';
import { fitAndEvaluate } from '../../../src/rules/evaluation/evaluated-fit.ts';
import { evaluatedRows, MAX_EVALUATED_ROWS } from '../../../src/rules/evaluation/evaluated-rows.ts';
import { Random } from '../../../src/statistics/random.ts';

const OPTIONS = { seed: 'run/agent', threshold: 0.85, margin: 0.2, level: 0.95, isControl: true };

/** Rows of two inputs, of which the first decides but for 3 % of noise. */
function rowsOf(n: number, runs: number) {
  const random = new Random(`${n} rows`);
  const rows = Float64Array.from({ length: 2 * n }, () => random.unit());
  const labels = Int32Array.from({ length: n }, (_, row) =>
    Number(random.unit() < 0.03 || (rows[2 * row] as number) > 0.4),
  );
  const features = [{ name: 'a' }, { name: 'b' }];
  const labelled = { features, rows, n, labels, classes: ['no', 'yes'], maxDepth: 2 };
  return { labelled, runs: Int32Array.from({ length: n }, (_, row) => Math.floor((row * runs) / n)) };
}

describe('fitAndEvaluate', () => {
  it('evaluates on all rows while they are few enough', () => {
    const { labelled, runs } = rowsOf(400, 40);
    const { fit: found } = fitAndEvaluate(labelled, { runs }, OPTIONS);
    if ('skip_reason' in found) throw new Error(found.skip_reason);
    expect(found.evaluation).not.toHaveProperty('evaluated_rows');
    const [root] = found.evaluation.rules.tree.by_depth ?? [];
    expect(root?.match_rate).toBe(found.evaluation.baseline.match_rate);
    expect(found.evaluation.rules.tree.in_sample.match_rate).toBe(found.match_rate);
  });

  it('evaluates on part of very many, and keeps the numbers in sample of all', () => {
    const n = 2 * MAX_EVALUATED_ROWS;
    const { labelled, runs } = rowsOf(n, 100);
    const { fit: found, predicted } = fitAndEvaluate(labelled, { runs }, OPTIONS);
    if ('skip_reason' in found) throw new Error(found.skip_reason);
    const { evaluation } = found;
    expect(evaluation).toMatchObject({ runs: 100, evaluated_runs: 100, evaluated_rows: MAX_EVALUATED_ROWS });
    const { in_sample, out_of_sample } = evaluation.rules.tree;
    expect(in_sample.confusion.flat().reduce((sum, rows) => sum + rows, 0)).toBe(n);
    expect(out_of_sample?.confusion.flat().reduce((sum, rows) => sum + rows, 0)).toBe(MAX_EVALUATED_ROWS);
    expect(predicted.tree?.filter((label) => label >= 0)).toHaveLength(MAX_EVALUATED_ROWS);
    expect(out_of_sample?.match_rate).toBeCloseTo(in_sample.match_rate, 2);
  });
});

describe('evaluatedRows', () => {
  const from = (sizes: readonly number[]) => sizes.flatMap((size, run) => new Array<number>(size).fill(run));

  it('takes all rows up to the most', () => {
    expect(evaluatedRows(from([3, 4]), 'seed', 7)).toBeUndefined();
  });

  it('takes the same share of each run, and drops none', () => {
    const runs = from([60, 40, 1, 99]);
    const rows = evaluatedRows(runs, 'seed', 100) as Int32Array;
    const taken = [0, 1, 2, 3].map((run) => rows.filter((row) => runs[row] === run).length);
    expect(taken).toEqual([30, 20, 1, 50]);
    expect([...rows]).toEqual([...new Set(rows)].toSorted((one, other) => one - other));
    expect(rows).toEqual(evaluatedRows(runs, 'seed', 100));
    expect(rows).not.toEqual(evaluatedRows(runs, 'other seed', 100));
  });

  it('takes evenly spaced runs of more runs than rows', () => {
    const rows = evaluatedRows(from(new Array(1000).fill(1)), 'seed', 10) as Int32Array;
    expect([...rows]).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });
});
