import { describe, expect, it } from 'vitest';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval, sideOf } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';

/** Values 0 and 1, `ones` of `size` in each cluster. */
function values(ones: readonly number[], size: number) {
  const list = ones.flatMap((count) => Array.from({ length: size }, (_, index) => Number(index < count)));
  return clusterTotals(
    list,
    list.map((_, index) => Math.floor(index / size)),
  );
}

/** Values 0 and 1 in clusters of those sizes, with so many misses in each. */
function unequal(sizes: readonly number[], misses: readonly number[]) {
  return clusterTotals(
    sizes.flatMap((size, place) =>
      Array.from({ length: size }, (_, index) => Number(index >= (misses[place] as number))),
    ),
    sizes.flatMap((size, place) => new Array(size).fill(place)),
  );
}

function intervalOf(totals: ReturnType<typeof values>, level?: number): MeanInterval {
  const found = meanInterval(totals, level);
  if (!found) throw new Error('no interval');
  return found;
}

/** Runs of twenty of which so many values are wrong, one a run. */
function eightRuns(wrong: number): MeanInterval {
  return intervalOf(
    values(
      Array.from({ length: 8 }, (_, run) => (run < wrong ? 19 : 20)),
      20,
    ),
  );
}

describe('clusterTotals', () => {
  it('sums up by cluster, in the order of their first value', () => {
    const { ids, sums, squares, sizes } = clusterTotals([1, 0, 0.5, 1], [7, 3, 7, 3]);
    expect([ids, [...sums], [...squares], [...sizes]]).toEqual([
      [7, 3],
      [1.5, 1],
      [1.25, 1],
      [2, 2],
    ]);
  });
});

describe('meanInterval', () => {
  it('is the posterior of one parameter where each cluster has one value', () => {
    // 20 values, none wrong: the density is μ^(20 − ¾) (1 − μ)^(−¼), a Beta(20.25, 0.75). Its 0.025 quantile, by
    // numerical integration, is 0.85565.
    const { low, high, mean, clusters, n } = intervalOf(values(new Array(20).fill(1), 1));
    expect({ mean, high, clusters, n }).toEqual({ mean: 1, high: 1, clusters: 20, n: 20 });
    expect(low).toBeCloseTo(0.8556, 3);
  });

  it('calls nothing explained at eight runs, however few are wrong', () => {
    for (const wrong of [0, 1, 2, 8]) expect(sideOf(eightRuns(wrong), 0.85)).toBe('unclear');
    const lows = [0, 1, 2, 8].map((wrong) => eightRuns(wrong).low);
    for (const [index, low] of lows.entries()) expect(low).toBeLessThan((lows[index - 1] ?? 1) + 1e-9);
  });

  it.each([
    [13, 0.85, 'unclear'],
    [14, 0.85, 'above'],
    [20, 0.9, 'unclear'],
    [21, 0.9, 'above'],
  ])('of %i perfect runs says of %f: %s', (runs, threshold, side) => {
    expect(sideOf(intervalOf(values(new Array(runs).fill(9), 9)), threshold)).toBe(side);
  });

  it('gives the better of two data sets no weaker verdict', () => {
    const random = new Random('pairs');
    for (let pair = 0; pair < 150; pair += 1) {
      const size = 1 + random.below(12);
      const worse = Array.from({ length: 5 + random.below(30) }, () => {
        return random.unit() < 0.8 ? size : random.below(size + 1);
      });
      const better = worse.map((ones) => ones + random.below(size - ones + 1));
      const [before, after] = [worse, better].map((ones) => intervalOf(values(ones, size))) as [
        MeanInterval,
        MeanInterval,
      ];
      expect(after.low).toBeGreaterThan(before.low - 1e-9);
      if (sideOf(before, 0.85) === 'above') expect(sideOf(after, 0.85)).toBe('above');
      if (sideOf(after, 0.85) === 'below') expect(sideOf(before, 0.85)).toBe('below');
    }
  });

  it('gives no weaker verdict where a small cluster gets better and large ones stay', () => {
    const sizes = [31, 6, 8, 40, 3, 12, 26, 13, 30, 19, 48, 50, 42, 2, 26, 3];
    const misses = sizes.map((size) => ({ 40: 1, 12: 1, 50: 1 })[size] ?? 0).with(6, 2);
    const better = misses.with(5, 0);
    const [before, after] = [misses, better].map((wrong) => intervalOf(unequal(sizes, wrong)));
    expect(sideOf(before as MeanInterval, 0.85)).toBe('above');
    expect(sideOf(after as MeanInterval, 0.85)).toBe('above');
  });

  it('is that of misses, turned round, for other limits', () => {
    const ones = [9, 9, 8, 9, 7, 9, 9, 3, 9, 9];
    const [own, turned] = [ones, ones.map((count) => 9 - count)].map((list) => intervalOf(values(list, 9)));
    expect(own?.high).toBeCloseTo(1 - (turned?.low ?? 0), 12);
    expect(own?.low).toBeCloseTo(1 - (turned?.high ?? 0), 12);
  });

  it('counts values that vary little within a cluster for more than yes or no', () => {
    const list = Array.from({ length: 90 }, (_, index) => (index % 2 === 0 ? 0.7 : 0.9));
    const clusters = list.map((_, index) => Math.floor(index / 9));
    const even = intervalOf(clusterTotals(list, clusters));
    const { low } = intervalOf(
      values(
        new Array(10).fill(0).map((_, run) => (run % 5 === 0 ? 8 : 7)),
        9,
      ),
    );
    expect(even.mean).toBeCloseTo(0.8, 2);
    expect(even.low).toBeGreaterThan(low);
  });

  it('does not let small clusters flatter the large ones', () => {
    const list = [...new Array(60).fill(0), ...new Array(60).fill(1), ...new Array(12).fill(1)];
    const clusters = list.map((_, index) => (index < 120 ? 0 : index - 119));
    const { mean, low } = intervalOf(clusterTotals(list, clusters));
    expect(mean).toBeCloseTo(72 / 132, 12);
    // Of thirteen clusters, twelve are all right: by clusters the mean would be about 0.96.
    expect(low).toBeLessThan(0.4);
  });

  it('is none for fewer than five clusters', () => {
    expect(meanInterval(values([1, 2, 3, 4], 9))).toBeNull();
    expect(meanInterval(clusterTotals([], []))).toBeNull();
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
    expect(width(intervalOf(alike))).toBeGreaterThan(3 * width(mixed));
    expect(width(intervalOf(alike, 0.99))).toBeGreaterThan(width(intervalOf(alike)));
  });

  it('holds the mean and stays inside the range, whatever the values', () => {
    const random = new Random('any');
    for (let sample = 0; sample < 100; sample += 1) {
      const n = 5 + random.below(60);
      const list = Array.from({ length: n }, () => [0, 1, random.unit(), 1][random.below(4)] as number);
      const found = meanInterval(
        clusterTotals(
          list,
          list.map(() => random.below(12)),
        ),
      );
      if (!found) continue;
      expect(found.low).toBeGreaterThanOrEqual(0);
      expect(found.low).toBeLessThanOrEqual(found.mean);
      expect(found.high).toBeGreaterThanOrEqual(found.mean);
      expect(found.high).toBeLessThanOrEqual(1);
    }
  });

  it('takes thousands of clusters, and clusters of thousands', () => {
    const many = intervalOf(
      values(
        new Array(20_000).fill(0).map((_, index) => index % 2),
        1,
      ),
    );
    // ± 1.96 · √(0.25 / 20,000)
    expect(many.low).toBeCloseTo(0.493, 2);
    expect(many.high).toBeCloseTo(0.507, 2);
    const large = intervalOf(values([2990, 2995, 2993, 2991, 2996, 2990], 3000));
    expect(large.low).toBeGreaterThan(0.6);
    expect(large.high).toBeLessThan(1);
  });
});

describe('the clusters needed', () => {
  it('are those with which a perfect match is clear', () => {
    expect(intervalOf(values(new Array(8).fill(20), 20)).clustersNeeded(0.85)).toBe(14);
    expect(intervalOf(values(new Array(8).fill(0), 20)).clustersNeeded(0.15)).toBe(14);
  });

  it('are more near the threshold, and none where 500 would not suffice', () => {
    const found = intervalOf(
      values(
        new Array(20).fill(0).map((_, run) => 8 + (run % 3)),
        10,
      ),
    );
    const [far, near] = [0.8, 0.85].map((threshold) => found.clustersNeeded(threshold) ?? 0) as [
      number,
      number,
    ];
    expect(far).toBeGreaterThan(20);
    expect(near).toBeGreaterThan(far);
    expect(found.clustersNeeded(found.mean)).toBeNull();
    expect(found.clustersNeeded(found.mean - 0.002)).toBeNull();
  });

  it('settle it in about four cases of five', () => {
    const random = new Random('power');
    const draw = (clusters: number) => {
      const list = Array.from({ length: clusters * 6 }, () => Number(random.unit() < 0.92));
      return clusterTotals(
        list,
        list.map((_, index) => Math.floor(index / 6)),
      );
    };
    const first = Array.from({ length: 200 }, () => meanInterval(draw(25)));
    const counts = first.flatMap((one) => (one?.mean === 138 / 150 ? (one.clustersNeeded(0.85) ?? 0) : []));
    const needed = counts.toSorted((one, other) => one - other)[counts.length >> 1] as number;
    const later = Array.from({ length: 100 }, () => meanInterval(draw(needed)));
    const clear = later.filter((one) => one && sideOf(one, 0.85) === 'above').length;
    expect(clear / 100).toBeGreaterThan(0.65);
    expect(clear / 100).toBeLessThan(0.99);
  });
});

describe('sideOf', () => {
  it('is clear only when the whole interval is beyond the threshold', () => {
    const sides = [0.79, 0.8, 0.9, 0.98, 0.99].map((threshold) =>
      sideOf({ low: 0.8, high: 0.98 }, threshold),
    );
    expect(sides).toEqual(['above', 'unclear', 'unclear', 'unclear', 'below']);
  });
});
