import { describe, expect, it } from 'vitest';
import { excessOf, excessRange, judge as judgeEvidence } from '../../../src/rules/evaluation/verdict.ts';
import type { MeanInterval } from '../../../src/statistics/mean-interval.ts';

const OPTIONS = { threshold: 0.85, margin: 0.2 };

function interval(low: number, mean: number, high: number): MeanInterval {
  // The nearer, the more.
  const clustersNeeded = (threshold: number) =>
    mean === threshold ? null : Math.ceil(30 + 1 / Math.abs(mean - threshold));
  return { low, mean, high, level: 0.95, n: 300, clusters: 30, clustersNeeded };
}

const FORWARD = { match_rate: 0.9, needed: 0.85 };
const judge = (match: MeanInterval, excess: MeanInterval, options: typeof OPTIONS, forward = FORWARD) =>
  judgeEvidence({ match, excess, forward }, options);

describe('judge', () => {
  it.each([
    [interval(0.9, 0.95, 0.98), interval(0.1, 0.2, 0.3), 'explained', 'above_both'],
    [interval(0.7, 0.8, 0.84), interval(0.1, 0.2, 0.3), 'not_explained', 'below_threshold'],
    [interval(0.9, 0.95, 0.98), interval(-0.3, -0.2, -0.1), 'not_explained', 'not_above_baseline'],
    [interval(0.8, 0.9, 0.98), interval(0.1, 0.2, 0.3), 'inconclusive', 'match_unclear'],
    [interval(0.9, 0.95, 0.98), interval(-0.1, 0.1, 0.3), 'inconclusive', 'excess_unclear'],
  ] as const)('says what two intervals allow', (match, excess, verdict, reason) => {
    expect(judge(match, excess, OPTIONS)).toMatchObject({ verdict, reason });
  });

  it('names the runs that would settle it, and none when it is settled', () => {
    expect(judge(interval(0.9, 0.95, 0.98), interval(0.1, 0.2, 0.3), OPTIONS).runs_needed).toBeNull();
    const near = judge(interval(0.8, 0.87, 0.98), interval(0.1, 0.2, 0.3), OPTIONS).runs_needed ?? 0;
    const far = judge(interval(0.8, 0.9, 0.98), interval(0.1, 0.2, 0.3), OPTIONS).runs_needed ?? 0;
    expect(far).toBeGreaterThan(30);
    expect(near).toBeGreaterThan(far);
  });

  it('asks for what refutes it soonest, or for all that must be confirmed', () => {
    const [good, bad] = [interval(0.8, 0.9, 0.98), interval(0.7, 0.8, 0.9)];
    const [excess, lack] = [interval(-0.1, 0.1, 0.3), interval(-0.3, -0.1, 0.1)];
    const needed = (...[match, other]: [MeanInterval, MeanInterval]) =>
      judge(match, other, OPTIONS).runs_needed ?? 0;
    const sure = interval(0.1, 0.2, 0.3);
    expect(needed(good, excess)).toBe(
      Math.max(needed(good, sure), needed(interval(0.9, 0.95, 0.98), excess)),
    );
    expect(needed(bad, lack)).toBe(Math.min(needed(bad, excess), needed(good, lack)));
    expect(needed(interval(0.8, 0.85, 0.9), sure)).toBe(0);
  });

  it('explains nothing that later runs do not confirm', () => {
    const [match, excess] = [interval(0.9, 0.95, 0.98), interval(0.1, 0.2, 0.3)];
    for (const forward of [{ match_rate: 0.85, needed: 0.85 }, null]) {
      expect(judgeEvidence({ match, excess, forward }, OPTIONS)).toEqual({
        verdict: 'inconclusive',
        reason: 'not_forward',
        runs_needed: null,
      });
    }
  });

  it('explains nothing below ten runs, but may refute', () => {
    const few = (one: MeanInterval): MeanInterval => ({ ...one, clusters: 9 });
    const [match, excess] = [interval(0.9, 0.95, 0.98), interval(0.1, 0.2, 0.3)];
    expect(judge(few(match), few(excess), OPTIONS)).toEqual({
      verdict: 'inconclusive',
      reason: 'too_few_runs',
      runs_needed: 10,
    });
    expect(judge(few(interval(0.6, 0.7, 0.8)), few(excess), OPTIONS).verdict).toBe('not_explained');
  });

  it('says nothing of too few runs', () => {
    expect(judgeEvidence(null, OPTIONS)).toEqual({
      verdict: 'inconclusive',
      reason: 'too_few_runs',
      runs_needed: null,
    });
  });
});

describe('excessOf', () => {
  it('is on average the match less the baseline and a share of what it misses', () => {
    const [right, base] = [
      [true, true, true, false],
      [true, false, false, true],
    ];
    const values = right?.map((one, row) => excessOf(one, base?.[row] ?? false, 0.2)) ?? [];
    expect(values.reduce((sum, value) => sum + value, 0) / 4).toBeCloseTo(0.75 - (0.5 + 0.2 * 0.5), 12);
    const { least, most } = excessRange(0.2);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...values)).toBeLessThanOrEqual(most);
  });
});
