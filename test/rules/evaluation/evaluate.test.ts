import { describe, expect, it } from 'vitest';
import { evaluateRules } from '../../../src/rules/evaluation/evaluate.ts';
import { type Learner, logisticLearner, treeLearner } from '../../../src/rules/evaluation/learner.ts';
import { Random } from '../../../src/statistics/random.ts';

const OPTIONS = { seed: '2607110900/ic_cio', threshold: 0.85, margin: 0.2, level: 0.95 };
const CANDIDATES = [
  { name: 'tree', learner: treeLearner(3), permutation: { permutations: 39, maxRows: 200 } },
  { name: 'logistic', learner: logisticLearner },
];

/** `runs` runs of seven rows of three inputs, some missing. */
function rowsOf(runs: number, seed = 'rows') {
  const random = new Random(seed);
  const n = runs * 7;
  return {
    features: [{ name: 'a' }, { name: 'b' }, { name: 'team', levels: ['x', 'y'] }],
    rows: Float64Array.from({ length: 3 * n }, (_, index) => {
      if (index % 3 === 2) return random.below(2);
      return random.unit() < 0.05 ? Number.NaN : random.unit();
    }),
    n,
    runs: Array.from({ length: n }, (_, row) => 1000 + Math.floor(row / 7)),
  };
}

describe('evaluateRules', () => {
  const data = rowsOf(40);
  const random = new Random('noise');
  const rule = Int32Array.from({ length: data.n }, (_, row) => {
    const label = (data.rows[3 * row] as number) > 0.6;
    return Number(random.unit() < 0.03 ? !label : label);
  });
  const found = evaluateRules(data, rule, 2, CANDIDATES, OPTIONS);

  it('calls a planted rule explained, and the same on shifted labels not', () => {
    const { tree, logistic } = found.rules;
    expect(tree).toMatchObject({ verdict: 'explained', reason: 'above_both', runs_needed: null });
    expect(logistic?.verdict).toBe('explained');
    expect(tree?.negative_control).toMatchObject({ verdict: 'not_explained' });
    expect(tree?.negative_control?.preserved).toBeLessThan(0.7);
    expect(tree?.permutation).toMatchObject({ p_value: 1 / 40, permutations: 39 });
    expect(logistic?.permutation).toBeNull();
  });

  it('reports what it measured', () => {
    const { tree } = found.rules;
    expect(found).toMatchObject({
      folds: { kind: 'contiguous_blocks', count: 5 },
      threshold: 0.85,
    });
    const baseline = Math.max(...countsOf(rule)) / data.n;
    const { match_rate = 0, lift, interval, excess } = tree?.out_of_sample ?? {};
    expect(lift).toBeCloseTo(match_rate - baseline, 12);
    expect(interval?.low).toBeLessThan(match_rate);
    expect(excess?.mean).toBeCloseTo(match_rate - baseline - 0.2 * (1 - baseline), 12);
    expect(tree?.variants).toHaveLength(4);
    expect(tree?.variants[3]).toBe(match_rate);
  });

  it('gives the same for a seed', () => {
    expect(evaluateRules(data, rule, 2, CANDIDATES, OPTIONS)).toEqual(found);
  });

  it('tells the match of later runs, of labels and of parts of the window', () => {
    const { tree } = found.rules;
    const later = tree?.walk_forward;
    expect(later).toMatchObject({ rows: 140, runs: 20, needed: 0.85, newest: { rows: 56 } });
    expect(later?.match_rate).toBeGreaterThan(0.9);
    expect(tree?.recalls.map(({ rows, runs }) => [rows, runs <= 40])).toEqual(
      countsOf(rule).map((count) => [count, true]),
    );
    const caught = tree?.recalls.reduce((sum, recall) => sum + recall.caught, 0) ?? 0;
    expect(caught / data.n).toBeCloseTo(tree?.out_of_sample?.match_rate ?? 0, 12);
    const { thirds = [], weeks, regimes } = tree?.by_time ?? {};
    expect(thirds.map(({ part, rows }) => [part, rows])).toEqual([
      ['oldest', 98],
      ['middle', 91],
      ['newest', 91],
    ]);
    const right = thirds.reduce((sum, { rows, match_rate }) => sum + rows * match_rate, 0);
    expect(right).toBeCloseTo(caught, 9);
    expect([weeks, regimes]).toEqual([[], []]);
  });

  it('does not call a rule explained whose agent decides otherwise in later runs', () => {
    const changed = rule.map((label, row) => (row >= 0.7 * data.n ? 1 - label : label));
    const { tree } = evaluateRules(data, changed, 2, CANDIDATES, { ...OPTIONS, threshold: 0.5 }).rules;
    expect(tree?.verdict).not.toBe('explained');
    expect(tree?.walk_forward?.match_rate).toBeLessThan(0.6);
  });

  it('judges the order of columns that matches least', () => {
    const blank = (columns: readonly Float64Array[]) => columns.map(({ length }) => new Float64Array(length));
    const blind: Learner = (columns) => treeLearner(3)(blank(columns));
    const specs = [{ name: 'tree', learner: treeLearner(3), reordered: [treeLearner(3), blind] }];
    const { tree } = evaluateRules(data, rule, 2, specs, OPTIONS).rules;
    expect(tree?.orders).toMatchObject({ tried: 3, least: tree?.out_of_sample?.match_rate });
    expect(tree?.orders?.most).toBe(found.rules.tree?.out_of_sample?.match_rate);
  });

  it('does not call noise explained', () => {
    const few = { ...rowsOf(30), n: 30, runs: Array.from({ length: 30 }, (_, row) => row) };
    const labels = Int32Array.from({ length: 30 }, (_, row) => Number(row % 10 < 3));
    const { tree } = evaluateRules(few, labels, 2, CANDIDATES, OPTIONS).rules;
    expect(tree?.verdict).not.toBe('explained');
  });

  it('does not call what the commonest label does explained', () => {
    const labels = Int32Array.from({ length: data.n }, (_, row) => Number(row % 25 === 0));
    const { tree } = evaluateRules(data, labels, 2, CANDIDATES, OPTIONS).rules;
    expect(tree?.out_of_sample?.match_rate).toBeGreaterThan(0.9);
    expect(tree).toMatchObject({ verdict: 'not_explained', reason: 'not_above_baseline' });
  });

  it.each([
    [1, null],
    [3, { kind: 'contiguous_blocks', count: 3 }],
  ])('gives no interval for %s runs', (runs, folds) => {
    const few = rowsOf(runs);
    const labels = Int32Array.from({ length: few.n }, (_, row) => row % 2);
    const { rules, folds: used } = evaluateRules(few, labels, 2, CANDIDATES, OPTIONS);
    expect(rules.tree).toMatchObject({ verdict: 'inconclusive', reason: 'too_few_runs', runs_needed: null });
    if (folds) {
      expect(used).toEqual(folds);
      expect(rules.tree?.out_of_sample).toMatchObject({ interval: null, excess: null });
    } else {
      expect(rules.tree?.out_of_sample).toBeNull();
    }
  });
});

function countsOf(labels: Int32Array): number[] {
  return [0, 1].map((label) => labels.filter((one) => one === label).length);
}
