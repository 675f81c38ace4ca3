import { describe, expect, it } from 'vitest';
import { missingWords } from '../../../src/report/verdict-words.ts';
import type { FeatureSpec } from '../../../src/rules/design.ts';
import { fitAndEvaluate } from '../../../src/rules/evaluation/evaluated-fit.ts';
import { Random } from '../../../src/statistics/random.ts';

const RUNS = 40;
const SIZE = 9;
const OPTIONS = { seed: 'seed', threshold: 0.85, margin: 0.2, level: 0.95 };

/** The decision repeats what the agent decided before, or, where `follows`, what any outsider can see. */
function fitted(features: readonly FeatureSpec[], follows: 'before' | 'seen') {
  const random = new Random('own');
  const n = RUNS * SIZE;
  const cells = Array.from({ length: n }, () => [random.below(2), random.unit(), random.unit()] as const);
  const labels = Int32Array.from(cells, ([before, seen]) =>
    follows === 'before' ? before : Number(seen > 0.5),
  );
  const rows = Float64Array.from(cells.flat());
  const labelled = { features, rows, n, labels, classes: ['hold', 'sell'], maxDepth: 2 };
  const runs = Int32Array.from({ length: n }, (_, row) => Math.floor(row / SIZE));
  const { fit } = fitAndEvaluate(labelled, { runs }, OPTIONS);
  if ('skip_reason' in fit) throw new Error(fit.skip_reason);
  return fit.evaluation;
}

const MARKED: readonly FeatureSpec[] = [
  { name: 'prior_stance', role: 'own_output' },
  { name: 'seen' },
  { name: 'noise' },
];

describe('a rule that explains an agent', () => {
  it('is fitted again without the agent’s own earlier output, and may not replace it on that alone', () => {
    const { own_output, rules } = fitted(MARKED, 'before');
    expect(own_output).toEqual(['prior_stance']);
    const { tree } = rules;
    expect(tree.verdict).toBe('explained');
    expect(tree.out_of_sample?.match_rate).toBe(1);
    expect(tree.without_own_output?.verdict).not.toBe('explained');
    const match_rate = tree.without_own_output?.out_of_sample?.match_rate as number;
    expect(match_rate).toBeLessThan(0.65);
    const missing = { reason: 'own_output' as const, inputs: ['prior_stance'], match_rate };
    expect(tree.missing_for_replace).toEqual([missing]);
    expect(missingWords(missing, 0.85)).toBe(
      `Without the agent’s own earlier output (prior_stance), which stands still once it is retired, it matches ${Math.round(100 * match_rate)}%: that is not explained.`,
    );
  });

  it('lacks nothing where it is explained without, too', () => {
    const { tree } = fitted(MARKED, 'seen').rules;
    expect(tree.without_own_output?.verdict).toBe('explained');
    expect(tree.missing_for_replace).toEqual([]);
  });

  it('is fitted once where no input is such', () => {
    const { own_output, rules } = fitted(
      MARKED.map(({ name }) => ({ name })),
      'before',
    );
    expect(own_output).toEqual([]);
    expect(rules.tree.without_own_output).toBeUndefined();
    expect(rules.tree.missing_for_replace).toEqual([]);
  });
});
