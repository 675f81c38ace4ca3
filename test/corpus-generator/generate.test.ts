import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CorpusOptions, FIXTURES, generateCorpus } from '../../scripts/corpus/generate.ts';
import { plantedRules } from '../../scripts/corpus/rules.ts';
import { artifacts, countBy, decided, of } from './corpus.ts';

const FAMILIES = [
  ...new Set(Object.keys(plantedRules).map((name) => name.replace(/^(executor:\w+):.*/, '$1'))),
].sort();

function digest(options: CorpusOptions): string {
  const hash = createHash('sha256');
  for (const { key, body } of generateCorpus(options)) hash.update(`${key}\n${body}\n`);
  return hash.digest('hex');
}

describe('a made corpus', () => {
  it('has the same bytes for the same seed and others for another', () => {
    const options = { artifacts: 1500, seed: 'a' };
    expect(digest(options)).toBe(digest(options));
    expect(digest(options)).not.toBe(digest({ ...options, seed: 'b' }));
  });

  it.each([1, 7, 100, 600, 3000])(
    'holds exactly the %i artifacts asked for, each under its own key',
    (count) => {
      const keys = [...generateCorpus({ artifacts: count })].map(({ key }) => key);
      expect(keys).toHaveLength(count);
      expect(new Set(keys).size).toBe(count);
    },
  );

  it('holds every family, also when it is large', () => {
    expect(Object.keys(countBy(artifacts({ artifacts: 3000 }), (one) => one.family)).sort()).toEqual(
      FAMILIES,
    );
  });

  it('lies in its window whatever the end date', () => {
    const days = artifacts({ artifacts: 2000, endDate: '2026-09-05', days: 28 })
      .map((one) => one.day)
      .sort();
    expect(String(days[0]) >= '2026-08-09').toBe(true);
    expect(String(days.at(-1)) <= '2026-09-05').toBe(true);
  });

  it('has no research after it ended and no think tank before it began', () => {
    const late = countBy(artifacts({ artifacts: 2000, endDate: '2026-09-04' }), (one) => one.family);
    expect(late.ic_cio).toBe(1);
    expect(late.thinktank_thesis).toBeGreaterThan(100);
    const early = countBy(artifacts({ artifacts: 2000, endDate: '2026-06-20' }), (one) => one.family);
    expect(early.thinktank_thesis).toBeUndefined();
  });

  it('is mostly a sweep of simulated captures in three day partitions when it is large', () => {
    const all = artifacts({ artifacts: 6000 });
    const simulated = all.filter(
      (one) => one.family.startsWith('executor:') && one.runId.slice(0, 10) < '2026-05-01',
    );
    expect(simulated.length / all.length).toBeGreaterThan(0.8);
    expect(new Set(simulated.map((one) => one.day)).size).toBe(3);
  });

  it('has objects of about the captured sizes', () => {
    const sizes = [...generateCorpus({ artifacts: 8000 })].map(({ body }) => body.length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(5500);
    expect(mean).toBeLessThan(9500);
    expect(sizes.filter((size) => size >= 20_000 && size <= 60_000).length).toBeGreaterThan(50);
    expect(sizes.filter((size) => size > 250_000).length).toBeGreaterThan(3);
  });

  it('breaks the planted rules as often as the noise says, and only those of models', () => {
    const regimes = (noise: number) =>
      of(decided(artifacts({ ...FIXTURES, noise })), 'macro_economist').map((one) => {
        const data = one.snapshot.macro_data as { vix: number; sp500_30d_return: number };
        const rule = data.vix >= 28 ? 'bear' : data.sp500_30d_return >= 2 ? 'bull' : 'neutral';
        return rule === String(one.output.market_regime).replace('caution', 'neutral');
      });
    expect(regimes(0).every(Boolean)).toBe(true);
    expect(regimes(1).some(Boolean)).toBe(false);
    const executor = (noise: number) =>
      of(artifacts({ ...FIXTURES, noise }), 'executor:risk_guard').map((one) => one.output.outcome);
    expect(executor(1)).toEqual(executor(0));
  });
});
