import { describe, expect, it } from 'vitest';
import { normalQuantile, sortedQuantile, studentQuantile } from '../../src/statistics/quantiles.ts';
import { answers } from './answers.ts';

describe('quantiles', () => {
  it.each(answers.quantiles)('are SciPy’s at $probability with $degrees degrees of freedom', (answer) => {
    const { probability, degrees, normal, student } = answer;
    expect(normalQuantile(probability)).toBeCloseTo(normal, 6);
    expect(Math.abs(studentQuantile(probability, degrees) - student)).toBeLessThanOrEqual(
      0.01 * Math.abs(student),
    );
  });

  it('are right far out', () => {
    // scipy.stats.norm.ppf(1e-15)
    expect(normalQuantile(1e-15)).toBeCloseTo(-7.941345326170997, 5);
  });

  it('lie between neighbours of a sample', () => {
    const sorted = Float64Array.of(1, 2, 3, 4);
    expect([0, 0.2, 0.5, 0.7, 1].map((probability) => sortedQuantile(sorted, probability))).toEqual([
      1, 1, 2.5, 3.5, 4,
    ]);
  });
});
