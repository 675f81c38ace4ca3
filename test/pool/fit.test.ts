import { describe, expect, it } from 'vitest';
import { type FitTask, fitSubject } from '../../src/pool/fit.ts';

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
