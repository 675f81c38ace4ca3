import { describe, expect, it } from 'vitest';
import * as numbers from '../../src/shared/numbers.ts';

describe('numbers as text', () => {
  it.each([
    [0.861, '86%'],
    [0.9958, '99.6%'],
    [0.99999, '>99.9%'],
    [1, '100%'],
    [0, '0%'],
    [0.004, '0.4%'],
    [0.0001, '<0.1%'],
    [-0.12, '−12%'],
    [Number.NaN, '–'],
    [null, '–'],
  ])('share %s is %s', (share, text) => {
    expect(numbers.percent(share)).toBe(text);
  });

  it.each([
    [79.70000076293945, '79.70'],
    [0.5, '0.50'],
    [-0.000034, '−0.000034'],
    [0.0213, '0.0213'],
    [4675.99, '4,675.99'],
    [22, '22'],
    [0, '0'],
    [1e300, '1.00e+300'],
  ])('value %s is %s', (value, text) => {
    expect(numbers.measure(value)).toBe(text);
  });

  it.each([
    [0, '$0'],
    [0.0041, '$0.0041'],
    [0.5, '$0.50'],
    [5.81, '$5.81'],
    [1234.5, '$1,235'],
    [-12.3, '−$12.30'],
    [null, '–'],
  ])('%s dollars are %s', (value, text) => {
    expect(numbers.usd(value)).toBe(text);
  });

  it('sets an interval beside its share', () => {
    const range = { low: 0.77, high: 0.9123 };
    expect(numbers.withInterval(0.86, range)).toBe('86% (77% to 91%)');
    expect(numbers.withInterval(0.86, null)).toBe('86% (no interval)');
    expect(numbers.withBriefInterval(0.86, range)).toBe('86% (77–91%)');
    expect(numbers.briefly(null)).toBe('–');
    expect(numbers.withBriefInterval(0.86, { low: null, high: 1 })).toBe('86%');
  });

  it('counts in words', () => {
    expect(numbers.counted(1, 'run')).toBe('1 run');
    expect(numbers.counted(2000, 'leaf', 'leaves')).toBe('2,000 leaves');
  });

  it('reads run ids', () => {
    expect(numbers.runDay('2607110900')).toBe('2026-07-11');
    expect(numbers.runDay('other')).toBe('other');
  });
});
