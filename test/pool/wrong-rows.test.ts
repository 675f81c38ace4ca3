import { describe, expect, it } from 'vitest';
import { fitSubject } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import type { PublishedLogistic } from '../../src/results/fitted-rules.ts';
import type { EvaluatedFit } from '../../src/results/rules.ts';
import { Random } from '../../src/statistics/random.ts';

const LEVELS = ['bull', 'bear'];

/** Rows that no tree of depth one gets right: a number, a level, sometimes missing. */
function noisy(rows: number): FitTask {
  const random = new Random('wrong rows');
  const values = Float64Array.from({ length: rows * 2 }, (_, index) =>
    random.below(10) === 0 ? Number.NaN : index % 2 === 0 ? random.below(50) : random.below(2),
  );
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const value = values[row * 2] as number;
    return random.below(4) === 0 ? random.below(3) : Number(value > 20);
  });
  return {
    features: [{ name: 'score' }, { name: 'regime', levels: LEVELS }],
    rows,
    values,
    labels: [{ name: 'decision', codes }],
    labelTexts: ['sell', 'hold', 'buy'],
    maxDepth: 2,
    simulated: new Uint8Array(rows),
    runs: Int32Array.from({ length: rows }, (_, row) => row % 10),
    days: new Int32Array(rows),
    evaluation: { seed: 'x', threshold: 0.85, margin: 0.2, level: 0.95 },
    earlier: { analyses: [], unreadable: [], window: { start: '2026-05-17', end: '2026-07-11' } },
  };
}

/** Whether the published tree, walked by hand over a shown row, says what is shown. */
function says({ rules, classes }: EvaluatedFit, which: 'tree' | 'exact', values: Record<string, unknown>) {
  const { nodes } = rules[which] as EvaluatedFit['rules']['tree'];
  let node = nodes[0];
  while (node?.split) {
    const column = rules.design.columns[node.split.feature];
    const feature = rules.design.features[column?.feature as number] as string;
    const value = values[feature];
    const encoded =
      column?.kind === 'missing'
        ? Number(value === null)
        : column?.kind === 'level'
          ? Number(value === column.level)
          : ((value as number | null) ?? (column?.impute as number));
    node = nodes[encoded <= node.split.threshold ? node.split.left : node.split.right];
  }
  const counts = node?.counts ?? [];
  return classes[counts.indexOf(Math.max(...counts))]?.label;
}

function valuesAt({ values }: FitTask, row: number) {
  const [score, regime] = values.slice(row * 2, row * 2 + 2) as unknown as [number, number];
  return { score: Number.isNaN(score) ? null : score, regime: LEVELS[regime] ?? null };
}

describe('the rows that a rule gets wrong', () => {
  it.each(['tree', 'exact'] as const)(
    'are as many as its match says, each as the published %s decides',
    (which) => {
      const task = noisy(300);
      const [{ codes }] = task.labels;
      const { decision, wrong } = fitSubject(task);
      const fit = decision as EvaluatedFit;
      const { count, sample } = wrong?.[which] ?? { count: 0, sample: [] };
      const rule = fit.rules[which] as { match_rate: number };
      expect(count).toBe(Math.round((1 - rule.match_rate) * 300));
      expect(count).toBeGreaterThan(50);
      expect(sample).toHaveLength(50);
      for (const { row, decision: decided, rule: said, values } of sample) {
        expect(decided).toBe(task.labelTexts[codes[row] as number]);
        expect(said).not.toBe(decided);
        expect(says(fit, which, values)).toBe(said);
      }
      const wrongRows = Array.from(codes.keys()).filter(
        (row) => says(fit, which, valuesAt(task, row)) !== task.labelTexts[codes[row] as number],
      );
      expect(sample.map(({ row }) => row)).toEqual(wrongRows.slice(0, 50));
      expect(sample.some(({ values }) => values.score === null)).toBe(true);
      expect(new Set(sample.map(({ values }) => values.regime))).toEqual(new Set([...LEVELS, null]));
    },
  );

  it('are told of a logistic regression that explains the agent, and of no other', () => {
    expect(fitSubject(noisy(300)).wrong?.logistic).toBeUndefined();
    const random = new Random('a line');
    const rows = 600;
    const values = Float64Array.from({ length: rows * 2 }, () => random.unit());
    const sums = Array.from(
      { length: rows },
      (_, row) => (values[row * 2] ?? 0) + (values[row * 2 + 1] ?? 0),
    );
    const task: FitTask = {
      ...noisy(rows),
      features: [{ name: 'one' }, { name: 'other' }],
      values,
      labels: [{ name: 'decision', codes: Int32Array.from(sums, (sum) => Number(sum > 1)) }],
      runs: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 10)),
    };
    const { decision, wrong } = fitSubject(task);
    const { rules } = decision as EvaluatedFit;
    expect(wrong?.logistic?.count).toBe(
      Math.round((1 - (rules.logistic as PublishedLogistic).match_rate) * rows),
    );
    expect(wrong?.logistic?.count).toBeGreaterThan(0);
    for (const { row, values: shown, rule } of wrong?.logistic?.sample ?? []) {
      expect(shown).toEqual({ one: values[row * 2], other: values[row * 2 + 1] });
      expect(rule).toBe((sums[row] as number) > 1 ? 'sell' : 'hold');
    }
  });
});
