import { describe, expect, it } from 'vitest';
import { clusterTotals } from '../../src/statistics/clusters.ts';
import { type MeanInterval, meanInterval } from '../../src/statistics/mean-interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { clustersNeeded, sideOf } from '../../src/statistics/verdict.ts';

/** Its low end is 2.5 of its standard errors √(0.02 · 0.8 · 0.2) below the mean. */
const FOUND: MeanInterval = {
  mean: 0.8 + 2.5 * Math.sqrt(0.02 * 0.8 * 0.2),
  low: 0.8,
  high: 0.98,
  level: 0.95,
  n: 100,
  clusters: 20,
  spread: 0.02,
};

describe('sideOf', () => {
  it('is clear only when the whole interval is beyond the threshold', () => {
    expect([0.79, 0.8, 0.9, 0.98, 0.99].map((threshold) => sideOf(FOUND, threshold))).toEqual([
      'above',
      'unclear',
      'unclear',
      'unclear',
      'below',
    ]);
  });
});

describe('clustersNeeded', () => {
  it('is by hand what the score test needs', () => {
    const { mean } = FOUND;
    const reach = 2.5 * Math.sqrt(0.75 * 0.25) + 0.841621 * Math.sqrt(mean * (1 - mean));
    expect(clustersNeeded(FOUND, 0.75)).toBe(
      Math.max(21, Math.ceil(20 * 0.02 * (reach / (mean - 0.75)) ** 2)),
    );
    const longer = 2.5 * Math.sqrt(0.85 * 0.15) + 0.841621 * Math.sqrt(mean * (1 - mean));
    expect(clustersNeeded(FOUND, 0.85)).toBe(Math.ceil(20 * 0.02 * (longer / (mean - 0.85)) ** 2));
  });

  it('is the same either way round, and in any unit', () => {
    const turned = { ...FOUND, mean: 1 - FOUND.mean, low: 1 - FOUND.high, high: 1 - FOUND.low };
    expect(clustersNeeded(turned, 0.15)).toBe(clustersNeeded(FOUND, 0.85));
    const [mean, low, high] = [FOUND.mean, FOUND.low, FOUND.high].map((value) => 2 * value - 1) as [
      number,
      number,
      number,
    ];
    const doubled = clustersNeeded({ ...FOUND, mean, low, high }, 0.7, { least: -1, most: 1 });
    expect(doubled).toBe(clustersNeeded(FOUND, 0.85));
  });

  it('is none on the threshold, and more than there are', () => {
    expect(clustersNeeded(FOUND, FOUND.mean)).toBeNull();
    expect(clustersNeeded(FOUND, FOUND.mean + 1e-5)).toBeNull();
    expect(clustersNeeded(FOUND, 0.1)).toBe(21);
  });

  it('settles it in about four cases of five', () => {
    const random = new Random('power');
    const draw = (clusters: number) => {
      const list = Array.from({ length: clusters * 6 }, () => Number(random.unit() < 0.92));
      return clusterTotals(
        list,
        list.map((_, index) => Math.floor(index / 6)),
      );
    };
    const first = Array.from({ length: 400 }, (_, seed) => meanInterval(draw(25), { seed: `${seed}` }));
    const found = first.filter((one) => one?.mean === 138 / 150) as MeanInterval[];
    const counts = found.map((one) => clustersNeeded(one, 0.85) ?? 0).sort((one, other) => one - other);
    const needed = counts[counts.length >> 1] as number;
    const later = Array.from({ length: 300 }, (_, seed) => meanInterval(draw(needed), { seed: `${seed}` }));
    const clear = later.filter((one) => one && sideOf(one, 0.85) === 'above').length;
    expect(counts.length).toBeGreaterThan(20);
    expect(clear / 300).toBeGreaterThan(0.7);
    expect(clear / 300).toBeLessThan(0.93);
  });
});
