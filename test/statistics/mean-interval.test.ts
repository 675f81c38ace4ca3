import { describe, expect, it } from 'vitest';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { answers } from './answers.ts';

/** Values 0 and 1, `ones` of `size` in each cluster. */
function values(ones: readonly number[], size: number) {
  const list = ones.flatMap((count) => Array.from({ length: size }, (_, index) => Number(index < count)));
  return clusterTotals(
    list,
    list.map((_, index) => Math.floor(index / size)),
  );
}

function intervalOf(totals: ReturnType<typeof values>, options = {}): MeanInterval {
  const found = meanInterval(totals, { seed: 'test', ...options });
  if (!found) throw new Error('no interval');
  return found;
}

describe('clusterTotals', () => {
  it('sums up by cluster, in the order of their first value', () => {
    const { ids, sums, sizes } = clusterTotals([1, 0, 0.5, 1], [7, 3, 7, 3]);
    expect([ids, [...sums], [...sizes]]).toEqual([
      [7, 3],
      [1.5, 1],
      [2, 2],
    ]);
  });
});

describe('meanInterval', () => {
  it('has the variance of a mean between clusters', () => {
    // By hand: sums 1, 2, 3, 4, 5 of ten each have the mean 3, squares 4 + 1 + 0 + 1 + 4 = 10, and 5/4 · 10 / 50².
    const { mean, spread, clusters, n } = intervalOf(values([1, 2, 3, 4, 5], 10));
    expect([mean, clusters, n]).toEqual([0.3, 5, 50]);
    expect(spread * 0.3 * 0.7).toBeCloseTo(0.005, 12);
  });

  it.each(answers.clopper_pearson)('is the exact one when all of $n runs are right', ({ n, low }) => {
    const found = intervalOf(values(new Array(n).fill(3), 3));
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBe(1);
  });

  it('counts a large cluster among small ones for less than a whole one', () => {
    const sizes = [30, 1, 1, 1, 1, 1];
    const uneven = {
      ids: [0, 1, 2, 3, 4, 5],
      sums: Float64Array.from(sizes),
      sizes: Float64Array.from(sizes),
    };
    expect(intervalOf(uneven).low).toBeLessThan(intervalOf(values(new Array(6).fill(1), 1)).low);
  });

  it('is none for fewer than five clusters', () => {
    expect(meanInterval(values([1, 2, 3, 4], 9), { seed: 'test' })).toBeNull();
    expect(meanInterval(clusterTotals([], []), { seed: 'test' })).toBeNull();
  });

  it('is the same for a seed, and nearly for another', () => {
    const totals = values([8, 9, 9, 5, 9, 7, 9, 9, 6, 9, 9, 8], 9);
    expect(intervalOf(totals)).toEqual(intervalOf(totals));
    expect(intervalOf(totals, { seed: 'other' }).low).toBeCloseTo(intervalOf(totals).low, 1);
  });

  it('moves and grows with the values', () => {
    const totals = values([8, 9, 9, 5, 9, 7, 9, 9, 6, 9, 9, 8], 9);
    const moved = {
      ...totals,
      sums: totals.sums.map((sum, index) => 4 * sum - 3 * (totals.sizes[index] as number)),
    };
    const [own, other] = [intervalOf(totals), intervalOf(moved, { least: -3, most: 1 })];
    expect(other.mean).toBeCloseTo(4 * own.mean - 3, 12);
    expect(other.low).toBeCloseTo(4 * own.low - 3, 12);
    expect(other.high).toBeCloseTo(4 * own.high - 3, 12);
    expect(other.spread).toBeCloseTo(own.spread, 12);
  });

  it('is wider when the values of a cluster are alike, and at a higher level', () => {
    const mixed = intervalOf(
      values(
        new Array(20).fill(0).map((_, index) => 4 + (index % 3)),
        10,
      ),
    );
    const alike = values([...new Array(10).fill(10), ...new Array(10).fill(0)], 10);
    const width = ({ low, high }: MeanInterval) => high - low;
    expect(width(intervalOf(alike))).toBeGreaterThan(4 * width(mixed));
    expect(width(intervalOf(alike, { level: 0.99 }))).toBeGreaterThan(width(intervalOf(alike)));
  });

  it('holds the mean and stays inside the range, whatever the values', () => {
    const random = new Random('any');
    for (let sample = 0; sample < 300; sample += 1) {
      const n = 5 + random.below(60);
      const list = Array.from({ length: n }, () => [0, 1, random.unit(), 1][random.below(4)] as number);
      const clusters = list.map(() => random.below(12));
      const found = meanInterval(clusterTotals(list, clusters), { seed: `${sample}` });
      if (!found) continue;
      expect(found.low).toBeGreaterThanOrEqual(0);
      expect(found.low).toBeLessThanOrEqual(found.mean + 1e-12);
      expect(found.high).toBeGreaterThanOrEqual(found.mean - 1e-12);
      expect(found.high).toBeLessThanOrEqual(1);
    }
  });

  it('covers the truth', () => {
    const random = new Random('covered');
    let covered = 0;
    for (let sample = 0; sample < 400; sample += 1) {
      const ones = Array.from({ length: 25 }, () => {
        const chance = random.unit() < 0.5 ? 0.95 : 0.75;
        return Array.from({ length: 8 }, () => Number(random.unit() < chance)).reduce(
          (sum, one) => sum + one,
          0,
        );
      });
      const { low, high } = intervalOf(values(ones, 8), { seed: `${sample}` });
      covered += Number(low <= 0.85 && 0.85 <= high);
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it('takes thousands of clusters', () => {
    const found = intervalOf(
      values(
        new Array(20_000).fill(0).map((_, index) => index % 2),
        1,
      ),
    );
    // ± 1.96 · √(0.25 / 20,000)
    expect(found.low).toBeCloseTo(0.4931, 3);
    expect(found.high).toBeCloseTo(0.5069, 3);
  });
});
