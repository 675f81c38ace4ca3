import { describe, expect, it } from 'vitest';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type DifferenceInterval, differenceInterval } from '../../src/statistics/difference-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { answers } from './answers.ts';

const OPTIONS = { seed: 'test', least: 0 };

/** Values 0 and 1, `ones` of `size` in each cluster. */
function values(ones: readonly number[], size: number) {
  const list = ones.flatMap((count) => Array.from({ length: size }, (_, index) => Number(index < count)));
  return clusterTotals(
    list,
    list.map((_, index) => Math.floor(index / size)),
  );
}

function intervalOf(totals: ReturnType<typeof values>, options = {}): DifferenceInterval {
  const found = differenceInterval(totals, { ...OPTIONS, ...options });
  if (!found) throw new Error('no interval');
  return found;
}

describe('differenceInterval', () => {
  it.each(answers.clopper_pearson)('is the exact one when all of $n clusters are the same', ({ n, low }) => {
    const found = intervalOf(values(new Array(n).fill(3), 3));
    expect(found).toMatchObject({ high: 1, constant: true });
    expect(found.low).toBeCloseTo(low, 12);
  });

  it('is none for fewer than five clusters', () => {
    expect(differenceInterval(values([1, 2, 3, 4], 9), OPTIONS)).toBeNull();
  });

  it('is the same for a seed, and nearly for another', () => {
    const totals = values([8, 9, 9, 5, 9, 7, 9, 9, 6, 9, 9, 8], 9);
    expect(intervalOf(totals).low).toBe(intervalOf(totals).low);
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
    expect(other.clustersNeeded(4 * 0.75 - 3)).toBe(own.clustersNeeded(0.75));
  });

  it('is wider when the values of a cluster are alike, and at a higher level', () => {
    const mixed = intervalOf(
      values(
        new Array(20).fill(0).map((_, index) => 4 + (index % 3)),
        10,
      ),
    );
    const alike = values([...new Array(10).fill(10), ...new Array(10).fill(0)], 10);
    const width = ({ low, high }: DifferenceInterval) => high - low;
    expect(width(intervalOf(alike))).toBeGreaterThan(4 * width(mixed));
    expect(width(intervalOf(alike, { level: 0.99 }))).toBeGreaterThan(width(intervalOf(alike)));
  });

  it('holds the mean and stays inside the range, whatever the values', () => {
    const random = new Random('any');
    for (let sample = 0; sample < 300; sample += 1) {
      const n = 5 + random.below(60);
      const list = Array.from({ length: n }, () => [0, 1, random.unit(), -1][random.below(4)] as number);
      const clusters = list.map(() => random.below(12));
      const found = differenceInterval(clusterTotals(list, clusters), { seed: `${sample}`, least: -1 });
      if (!found) continue;
      expect(found.low).toBeGreaterThanOrEqual(-1);
      expect(found.low).toBeLessThanOrEqual(found.mean + 1e-12);
      expect(found.high).toBeGreaterThanOrEqual(found.mean - 1e-12);
      expect(found.high).toBeLessThanOrEqual(1);
    }
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

  it('says how many clusters would settle it, none on the threshold, and none beyond 500', () => {
    const found = intervalOf(
      values(
        new Array(20).fill(0).map((_, index) => 6 + (index % 5)),
        10,
      ),
    );
    expect(found.mean).toBe(0.8);
    const needed = [0.7, 0.75, 0.76].map((threshold) => found.clustersNeeded(threshold) ?? 0);
    expect(needed).toEqual(needed.toSorted((one, other) => one - other));
    expect(needed[0]).toBeGreaterThan(20);
    expect(needed[2]).toBeGreaterThan(40);
    expect(found.clustersNeeded(0.8)).toBeNull();
    expect(found.clustersNeeded(0.798)).toBeNull();
  });
});
