import { describe, expect, it } from 'vitest';
import { baselineOf, scoresOf } from '../../../src/rules/evaluation/confusion.ts';
import { answers } from '../../statistics/answers.ts';

describe('scoresOf', () => {
  it.each(answers.scores)('is scikit-learn’s for $classes classes', (answer) => {
    const { classes, labels, predicted, kappa, balanced_accuracy, confusion } = answer;
    const scores = scoresOf(Int32Array.from(predicted), Int32Array.from(labels), classes);
    expect(scores.kappa).toBeCloseTo(kappa, 12);
    expect(scores.balanced_accuracy).toBeCloseTo(balanced_accuracy, 12);
    expect(scores.confusion).toEqual(confusion);
  });

  it('is by hand what Cohen defined', () => {
    // 20 + 15 of 50 agree; 25 and 25 against 30 and 20 agree by chance in (25·30 + 25·20) / 2500 = 0.5.
    const labels = Int32Array.from({ length: 50 }, (_, row) => Number(row >= 25));
    const predicted = labels.map((label, row) => (row < 5 || row >= 40 ? 1 - label : label));
    expect(scoresOf(predicted, labels, 2)).toEqual({
      match_rate: 0.7,
      lift: expect.closeTo(0.2, 12),
      kappa: expect.closeTo(0.4, 12),
      balanced_accuracy: expect.closeTo(0.7, 12),
      confusion: [
        [20, 5],
        [10, 15],
      ],
    });
  });

  it('is nought beyond chance where one label is all there is', () => {
    const all = new Int32Array(7);
    expect(scoresOf(all, all, 2)).toMatchObject({ match_rate: 1, lift: 0, kappa: 0, balanced_accuracy: 1 });
  });
});

describe('baselineOf', () => {
  it('is the commonest label, of equally common ones the first', () => {
    expect(baselineOf(Int32Array.of(2, 1, 2, 1, 0), 3)).toEqual({ label: 1, share: 0.4 });
  });
});
