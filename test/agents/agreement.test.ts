import { expect, test } from 'vitest';
import { agreementOf, jaccard, shareOf } from '../../src/agents/agreement.ts';

test('the likeness of two sets is what they share', () => {
  expect(jaccard(['A', 'B', 'C'], ['B', 'C', 'D'])).toBe(0.5);
  expect(jaccard(['A', 'A', 'B'], ['B', 'A'])).toBe(1);
  expect(jaccard(['A'], ['B'])).toBe(0);
  expect(jaccard([], ['B'])).toBe(0);
  expect(jaccard([], [])).toBe(1);
});

test('a share of nothing is all of it', () => {
  expect(shareOf([true, false, false, true])).toBe(0.5);
  expect(shareOf([])).toBe(1);
});

test('what does not apply is left out, and its weight with it', () => {
  expect(
    agreementOf(
      [
        [0.5, 1],
        [0.3, null],
        [0.2, 0],
      ],
      { there: 0, gone: null },
    ),
  ).toEqual({ score: expect.closeTo(5 / 7, 12), diagnostics: { there: 0 } });
});

test('full likeness is exactly 1, whatever the weights', () => {
  for (const weights of [[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.6, 0.4], [0.3]]) {
    expect(agreementOf(weights.map((weight) => [weight, 1])).score).toBe(1);
  }
  // Such a sum misses 1 on its own.
  expect(0.7 + 0.2 + 0.1).not.toBe(1);
});
