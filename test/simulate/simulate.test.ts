import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { beta, uniformityOf } from '../../scripts/simulate/draws.ts';
import { Random } from '../../src/statistics/random.ts';

describe('npm run simulate', () => {
  it('prints a part as a table', () => {
    const args = ['scripts/simulate.ts', '--quick', '--only', 'stopping'];
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(printed).toMatch(/^### Sequential stop against 0\.9, error level 5 %, 50 simulations a line\n/);
    expect(printed.match(/^\| \d+ \| (yes or no|scores) \|/gm)).toHaveLength(48);
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(printed);
  });
});

describe('uniformityOf', () => {
  it('is the p-value of Kolmogorov and Smirnov', () => {
    // scipy.stats.kstest([(i + 0.5) / 100 …] ** 1.2, 'uniform') has the statistic 0.0719 and p 0.6523.
    const numbers = Array.from({ length: 100 }, (_, index) => ((index + 0.5) / 100) ** 1.2);
    expect(uniformityOf(numbers)).toBeCloseTo(0.65, 1);
    expect(uniformityOf(numbers.map((value) => value ** 3))).toBeLessThan(1e-4);
  });
});

describe('beta', () => {
  it('has the mean and the intraclass correlation asked for', () => {
    const random = new Random('beta');
    const draws = Array.from({ length: 20_000 }, () => beta(random, 0.9, 0.3));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0.9, 2);
    expect(variance / (0.9 * 0.1)).toBeCloseTo(0.3, 1);
  });
});
