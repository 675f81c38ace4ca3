import { describe, expect, it } from 'vitest';
import { fitGreedyTree, type LabelledRows, type RuleFit } from '../../src/rules/fit.ts';

function labelled(change: Partial<LabelledRows> = {}): LabelledRows {
  const n = 40;
  return {
    features: [{ name: 'score' }, { name: 'team', levels: ['a', 'b'] }],
    rows: Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? (i / 2) % 17 : (i >> 1) % 2)),
    n,
    labels: Int32Array.from({ length: n }, (_, row) => Number(row % 17 > 8)),
    classes: ['no', 'yes'],
    maxDepth: 3,
    ...change,
  };
}

describe('fitGreedyTree', () => {
  it('says why fewer than ten rows are not fitted', () => {
    expect(fitGreedyTree(labelled({ n: 7 }))).toEqual({
      n_samples: 7,
      skip_reason: 'thin_sample (n=7 < 10)',
    });
  });

  it('says why one class is not fitted', () => {
    const one = labelled({ classes: ['yes'], labels: new Int32Array(40) });
    expect(fitGreedyTree(one)).toEqual({
      n_samples: 40,
      n_classes: 1,
      skip_reason: 'single_class (only one decision label observed: yes)',
    });
  });

  it('publishes rules that a reader can apply', () => {
    const input = labelled();
    const { rules, classes, feature_names, match_rate } = JSON.parse(JSON.stringify(fitGreedyTree(input)))
      .fit as RuleFit;
    expect(match_rate).toBe(1);
    expect(feature_names).toEqual(['score', 'team=a', 'team=b']);
    expect(classes).toEqual([
      { label: 'no', n: 24 },
      { label: 'yes', n: 16 },
    ]);
    for (let row = 0; row < input.n; row += 1) {
      const values = rules.design.columns.map((column) => {
        const value = input.rows[row * 2 + column.feature] as number;
        return column.kind === 'number' ? value : Number(column.kind === 'level' && value === column.code);
      });
      let node = rules.tree.nodes[0];
      while (node?.split) {
        const { feature, threshold, left, right } = node.split;
        node = rules.tree.nodes[Math.fround(values[feature] as number) <= threshold ? left : right];
      }
      const counts = node?.counts ?? [];
      expect(counts.indexOf(Math.max(...counts))).toBe(input.labels[row]);
    }
  });
});
