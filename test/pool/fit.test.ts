import { describe, expect, it } from 'vitest';
import { type FittedSubject, fitSubject, nameOfFit } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import type { EvaluatedFit, EvaluatedRule } from '../../src/results/rules.ts';
import { Random } from '../../src/statistics/random.ts';

const EVALUATION = { seed: '2607110900/ic_cio', threshold: 0.85, margin: 0.2, level: 0.95 };

/** 2026-06-01. */
const MONDAY = Date.parse('2026-06-01T00:00:00Z') / 86_400_000;

/** Forty rows whose decision follows their only feature, the later class in the alphabet coming first. */
function task(change: Partial<FitTask> = {}): FitTask {
  const rows = 40;
  return {
    features: [{ name: 'score' }],
    rows,
    values: Float64Array.from({ length: rows }, (_, row) => row),
    labels: [{ name: 'decision', codes: Int32Array.from({ length: rows }, (_, row) => Number(row >= 10)) }],
    labelTexts: ['yes', 'no'],
    maxDepth: 1,
    simulated: new Uint8Array(rows),
    runs: Int32Array.from({ length: rows }, (_, row) => row % 8),
    days: new Int32Array(rows),
    evaluation: EVALUATION,
    earlier: { analyses: [], unreadable: [], window: { start: '2026-05-17', end: '2026-07-11' } },
    ...change,
  };
}

describe('fitSubject', () => {
  it('orders classes by their text, not by their first appearance', () => {
    expect(fitSubject(task()).decision).toMatchObject({
      match_rate: 1,
      classes: [
        { label: 'no', n: 30 },
        { label: 'yes', n: 10 },
      ],
      tree_text: '|--- score <= 9.50\n|   |--- class: yes\n|--- score >  9.50\n|   |--- class: no\n',
    });
  });

  it('fits a companion to the rows that have it', () => {
    const [decision] = task().labels;
    const codes = Int32Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? -1 : 2 + Number(row > 25)));
    const labelTexts = ['yes', 'no', 'low', 'high'];
    const { companions } = fitSubject(task({ labels: [decision, { name: 'band', codes }], labelTexts }));
    expect(companions.band).toMatchObject({ n_samples: 20, n_classes: 2, match_rate: 1 });
  });

  it('tells live rows from simulated ones', () => {
    const simulated = Uint8Array.from({ length: 40 }, (_, row) => Number(row >= 20));
    const codes = Int32Array.from({ length: 40 }, (_, row) => Number(row >= 10 && row !== 30));
    const labels: FitTask['labels'] = [{ name: 'decision', codes }];
    expect(fitSubject(task({ simulated, labels })).sources).toEqual({
      live: { n_samples: 20, match_rate: 1 },
      simulated: { n_samples: 20, match_rate: 0.95 },
    });
  });

  it('reports rows that no rule can be fitted to', () => {
    const values = Float64Array.from({ length: 40 }, (_, row) =>
      row === 3 ? Number.POSITIVE_INFINITY : row,
    );
    const { decision, error } = fitSubject(task({ values }));
    expect(decision).toHaveProperty('skip_reason');
    expect(error).toContain('Infinity');
  });
});

/** Rows of three random inputs, whose decision is whether exactly one of two is large: no first split of a greedy tree shows. */
function exclusiveOr(change: Partial<FitTask> = {}): FitTask {
  const rows = 120;
  const random = new Random('inputs');
  const values = Float64Array.from({ length: 3 * rows }, () => random.unit());
  const large = (row: number, column: number) => (values[3 * row + column] as number) > 0.5;
  const codes = Int32Array.from({ length: rows }, (_, row) => Number(large(row, 0) !== large(row, 1)));
  return task({
    features: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    rows,
    values,
    labels: [{ name: 'decision', codes }],
    maxDepth: 2,
    simulated: new Uint8Array(rows),
    runs: Int32Array.from({ length: rows }, (_, row) => row % 20),
    days: Int32Array.from({ length: rows }, (_, row) => MONDAY + (row % 2) * 7 + (row % 5)),
    ...change,
  });
}

function evaluated({ decision }: FittedSubject): EvaluatedFit {
  if ('skip_reason' in decision) throw new Error(decision.skip_reason);
  return decision;
}

describe('fitSubject evaluates', () => {
  const found = fitSubject(exclusiveOr());

  it('of an agent that is a rule no more than whether a tree is found', () => {
    const task = exclusiveOr();
    const { evaluation } = evaluated(
      fitSubject({ ...task, evaluation: { ...task.evaluation, isControl: true } }),
    );
    expect(Object.keys(evaluation.rules)).toEqual(['tree', 'exact']);
    const full = evaluated(found).evaluation.rules;
    for (const [name, rule] of Object.entries(evaluation.rules)) {
      expect(rule.permutation).toBeNull();
      expect(rule.in_sample).toEqual(full[name as 'tree'].in_sample);
    }
    const { out_of_sample, negative_control } = full.exact as EvaluatedRule;
    expect(evaluation.rules.exact).toMatchObject({ out_of_sample, negative_control });
  });

  it('each rule, in sample and out, with a p-value and a negative control', () => {
    const { evaluation, n_samples } = evaluated(found);
    expect(evaluation).toMatchObject({
      confidence: 0.95,
      threshold: 0.85,
      margin: 0.2,
      runs: 20,
      folds: { kind: 'contiguous_blocks', count: 5 },
      baseline: { label: expect.stringMatching(/^(yes|no)$/) },
    });
    expect(Object.keys(evaluation.rules)).toEqual(['tree', 'logistic', 'exact']);
    for (const rule of Object.values(evaluation.rules)) {
      expect(rule.in_sample.confusion.flat().reduce((sum, n) => sum + n)).toBe(n_samples);
      expect(rule.out_of_sample?.interval?.low).toBeLessThan(rule.out_of_sample?.match_rate as number);
      expect(rule.negative_control?.verdict).not.toBe('explained');
      expect(rule.recalls?.map(({ label }) => label)).toEqual(['no', 'yes']);
      expect(rule.by_time?.weeks).toEqual([
        { part: '2026-06-01', rows: 60, match_rate: expect.any(Number) },
        { part: '2026-06-08', rows: 60, match_rate: expect.any(Number) },
      ]);
    }
    const { tree, logistic, exact } = evaluation.rules;
    expect([tree, logistic].map((rule) => rule?.permutation?.permutations)).toEqual([19, 19]);
    expect(exact?.permutation).toBeNull();
    expect(tree.by_depth?.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    expect(tree.by_depth?.[2]?.match_rate).toBe(evaluated(found).match_rate);
    const { predicted: _, ...published } = found;
    expect(JSON.parse(JSON.stringify(published))).toEqual(published);
  });

  it('each row by rules that have not seen its part of the window, as it is judged', () => {
    const { labels, labelTexts } = exclusiveOr();
    const { classes, evaluation } = evaluated(found);
    for (const [name, rule] of Object.entries(evaluation.rules)) {
      const predicted = found.predicted[name as keyof typeof found.predicted] ?? new Int32Array();
      const right = predicted.filter((label, row) => {
        return classes[label]?.label === labelTexts[labels[0].codes[row] as number];
      });
      expect(right.length / predicted.length, name).toBe(rule.out_of_sample?.match_rate);
    }
  });

  it('an exact tree that finds what the greedy one does not', () => {
    const { match_rate, rules, evaluation } = evaluated(found);
    expect(match_rate).toBeLessThan(0.9);
    expect(rules.exact).toMatchObject({ match_rate: 1, optimality: 'proven', gap: 0 });
    expect(evaluation.rules.exact).toMatchObject({ in_sample: { match_rate: 1 }, reason: 'match_unclear' });
    expect(evaluation.rules.tree.verdict).not.toBe('explained');
  });

  it('an exact tree that is never below the greedy one', () => {
    const random = new Random('noise');
    for (let seed = 0; seed < 5; seed += 1) {
      const codes = Int32Array.from({ length: 120 }, () => random.below(3));
      const labels: FitTask['labels'] = [{ name: 'decision', codes }];
      const { match_rate, rules } = evaluated(
        fitSubject(exclusiveOr({ labels, labelTexts: ['a', 'b', 'c'], maxDepth: 3 })),
      );
      expect('match_rate' in rules.exact && rules.exact.match_rate).toBeGreaterThanOrEqual(match_rate);
    }
  });

  it('no exact tree deeper than one can be found', () => {
    const { rules, evaluation } = evaluated(fitSubject(task({ maxDepth: 5 })));
    expect(rules.exact).toEqual({ skip_reason: 'too_deep (max_depth=5 > 4)' });
    expect(Object.keys(evaluation.rules)).toEqual(['tree', 'logistic']);
  });

  it('the same for a seed, and other resamples for another', () => {
    expect(fitSubject(exclusiveOr())).toEqual(found);
    const evaluation = { ...EVALUATION, seed: '2607110900/sector_quant' };
    const other = evaluated(fitSubject(exclusiveOr({ evaluation })));
    const { rules, match_rate } = evaluated(found);
    expect({ rules: other.rules, match_rate: other.match_rate }).toEqual({ rules, match_rate });
    expect(other.evaluation).not.toEqual(evaluated(found).evaluation);
  });

  it('only the rows that have the label, each in its own run', () => {
    const whole = task();
    const codes = whole.labels[0].codes.map((code, row) => (row % 8 === 3 ? -1 : code));
    const { evaluation, n_samples } = evaluated(fitSubject(task({ labels: [{ name: 'decision', codes }] })));
    expect({ n_samples, runs: evaluation.runs }).toEqual({ n_samples: 35, runs: 7 });
  });

  it('under a name that everything has a part in', () => {
    const names = [
      {},
      { runs: new Int32Array(40) },
      { evaluation: { ...EVALUATION, seed: 'other' } },
      { evaluation: { ...EVALUATION, threshold: 0.8 } },
      { evaluation: { ...EVALUATION, margin: 0.1 } },
      { evaluation: { ...EVALUATION, level: 0.9 } },
    ].map((change) => nameOfFit(task(change)));
    expect(new Set(names).size).toBe(names.length);
    expect(nameOfFit(task())).toBe(names[0]);
  });
});
