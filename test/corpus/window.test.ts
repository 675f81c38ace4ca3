import { describe, expect, it } from 'vitest';
import { daysBetween, runIdOf, windowOf } from '../../src/corpus/window.ts';

describe('window', () => {
  it('is whole UTC days, newest first, the end day included', () => {
    const window = windowOf(new Date('2026-03-02T00:30:00+02:00'), 3);
    expect(window).toEqual({
      start: '2026-02-27',
      end: '2026-03-01',
      days: ['2026-03-01', '2026-02-28', '2026-02-27'],
    });
  });

  it('scans as many days as it says', () => {
    const { start, end, days } = windowOf(new Date('2026-07-11T09:00:00Z'), 56);
    expect(days).toHaveLength(56);
    expect(daysBetween(start, end)).toBe(55);
  });
});

describe('runIdOf', () => {
  it('is the window end in UTC to the minute', () => {
    expect(runIdOf(new Date('2026-05-16T09:00:59Z'))).toBe('2605160900');
    expect(runIdOf(new Date('2026-01-01T01:05:00+02:00'))).toBe('2512312305');
  });
});
