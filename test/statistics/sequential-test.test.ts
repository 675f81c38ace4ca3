import { describe, expect, it } from 'vitest';
import { Random } from '../../src/statistics/random.ts';
import { SequentialTest } from '../../src/statistics/sequential-test.ts';

function run(
  values: readonly (number | null)[],
  threshold: number,
  alpha?: number,
  population = values.length,
) {
  const test = new SequentialTest({ threshold, population, ...(alpha && { alpha }) });
  for (const [position, value] of values.entries()) test.put(position, value);
  return test;
}

/** All orders of a list. */
function orders<T>(values: readonly T[]): T[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value, index) => orders(values.toSpliced(index, 1)).map((rest) => [value, ...rest]));
}

describe('SequentialTest', () => {
  it.each([
    { values: [1, 1, 1, 1, 1, 0, 0], threshold: 5 / 7 },
    { values: [1, 1, 1, 1, 1, 0, 0], threshold: 0.72 },
    { values: [1, 1, 1, 1, 0, 0, 0], threshold: 0.55 },
    { values: [1, 1, 0.9, 0.8, 0.3, 0.1, 0], threshold: 0.6 },
    { values: [1, 1, null, 0.8, null, 0.1, 0], threshold: 0.58 },
    { values: [0, 0, 0, 0, 0, 0, 1], threshold: 0.14 },
  ])('errs in at most its level of all orders of $values against $threshold', ({ values, threshold }) => {
    const scored = values.filter((value) => value !== null);
    const mean = scored.reduce((sum, value) => sum + value, 0) / scored.length;
    for (const alpha of [0.5, 0.3]) {
      const all = orders(values);
      const wrong = all.filter((order) => {
        const { decision } = run(order, threshold, alpha);
        return (
          (decision === 'above' && mean < threshold + 1e-9) ||
          (decision === 'below' && mean > threshold - 1e-9)
        );
      });
      expect(wrong.length / all.length).toBeLessThanOrEqual(alpha);
    }
  });

  it('decides soon where it is clear', () => {
    // Against 0.9, 35 ones in a row have the chance 0.025.
    const ones = run(new Array(60).fill(1), 0.9, 0.05, 100_000);
    expect(ones.decision).toBe('above');
    expect(ones.used).toBeGreaterThanOrEqual(35);
    expect(ones.used).toBeLessThanOrEqual(48);
    const zeros = run(new Array(10).fill(0), 0.9, 0.05, 100_000);
    expect(zeros.decision).toBe('below');
    expect(zeros.used).toBe(2);
  });

  it('knows when the rest can no longer matter', () => {
    // At this level no bet is ever won, but 91 ones leave at least 0.91, whatever follows.
    const test = run([...new Array(91).fill(1), ...new Array(9).fill(0)], 0.905, 1e-30, 100);
    expect(test.decision).toBe('above');
    expect(test.used).toBe(92);
  });

  it('stays undecided on the threshold itself', () => {
    const values = Array.from({ length: 200 }, (_, index) => Number(index % 10 !== 3));
    expect(run(values, 0.9).decision).toBeUndefined();
  });

  it('uses values in the drawn order, however they arrive, and keeps its decision', () => {
    const random = new Random('arrivals');
    const values = Array.from({ length: 80 }, () =>
      random.unit() < 0.1 ? null : Number(random.unit() < 0.6),
    );
    const inOrder = run(values, 0.9);
    const late = new SequentialTest({ threshold: 0.9, population: 80 });
    const arrivals = [...values.keys()];
    random.shuffle(arrivals);
    for (const position of arrivals) late.put(position, values[position] as number | null);
    expect(inOrder.decision).toBe('below');
    expect([late.decision, late.used]).toEqual([inOrder.decision, inOrder.used]);
  });

  it('decides nothing from what has no score', () => {
    expect(run(new Array(50).fill(null), 0.9, 0.05, 60).decision).toBeUndefined();
  });
});
