import { describe, expect, it } from 'vitest';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { ratioInterval } from '../../src/statistics/ratio-interval.ts';

function sample(seed: string, clusters: number, mean: number, from = 0) {
  const random = new Random(seed);
  const ids = Array.from({ length: clusters * 5 }, (_, index) => from + Math.floor(index / 5));
  return clusterTotals(
    ids.map(() => Number(random.unit() < mean)),
    ids,
  );
}

describe('ratioInterval', () => {
  it('puts two independent intervals together as the square root of squares of logarithms', () => {
    const [one, other] = [sample('a', 30, 0.8), sample('b', 20, 0.9, 100)];
    const [above, below] = [meanInterval(one), meanInterval(other)];
    if (!above || !below) throw new Error('no interval');
    const ratio = above.mean / below.mean;
    const down = Math.hypot(Math.log(above.mean / above.low), Math.log(below.high / below.mean));
    const found = ratioInterval(one, other);
    expect(found?.ratio).toBeCloseTo(ratio, 12);
    expect(found?.low).toBeCloseTo(ratio * Math.exp(-down), 12);
    expect(found?.high).toBeGreaterThan(ratio);
  });

  it('knows that the same runs err together', () => {
    const one = sample('a', 30, 0.8);
    const width = (found: { low: number; high: number } | null) =>
      found ? found.high - found.low : Number.NaN;
    const same = ratioInterval(one, one);
    const moved = { ...one, ids: one.ids.map((id) => id + 1000) };
    expect(same?.ratio).toBe(1);
    expect(width(same)).toBeLessThan(0.6 * width(ratioInterval(one, moved)));
  });

  it('is uncertain where all values are one', () => {
    const ones = clusterTotals(new Array(20).fill(1), [...new Array(20).keys()]);
    const found = ratioInterval(ones, { ...ones, ids: ones.ids.map((id) => id + 100) });
    expect(found).toMatchObject({ ratio: 1, level: 0.95 });
    expect(found?.low).toBeLessThan(0.9);
    expect(found?.high).toBeGreaterThan(1.1);
  });

  it('is none without two intervals, or when the denominator may be zero', () => {
    const one = sample('a', 30, 0.8);
    expect(ratioInterval(one, sample('b', 3, 0.9, 100))).toBeNull();
    expect(ratioInterval(sample('b', 3, 0.9, 100), one)).toBeNull();
    expect(ratioInterval(one, sample('c', 8, 0, 100))).toBeNull();
  });

  it('starts at zero when the numerator may be zero', () => {
    const found = ratioInterval(sample('c', 8, 0), sample('a', 30, 0.8, 100));
    expect(found).toMatchObject({ ratio: 0, low: 0 });
    expect(found?.high).toBeGreaterThan(0.1);
  });
});
