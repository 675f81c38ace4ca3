import { expect, test } from 'vitest';
import {
  clockMinutes,
  computed,
  easternMinutes,
  matches,
  ratio,
  runDate,
  simulated,
  threshold,
  tradingDays,
} from '../../src/agents/executor.ts';
import { dayNumber } from '../../src/shared/day.ts';

test('a run within three days of its capture, on a quiet day, is live', () => {
  expect(simulated('2026-08-03_AAPL_1a2b3c4d', '2026-08-03', 12)).toBe(false);
  expect(simulated('2026-08-03_AAPL_1a2b3c4d', '2026-08-06', 500)).toBe(false);
  expect(simulated('2026-07-31_BRK-B_1a2b3c4d', '2026-08-03', 1)).toBe(false);
});

test('a run further from its capture, or on a crowded day, is simulated', () => {
  expect(simulated('2026-08-03_AAPL_1a2b3c4d', '2026-08-07', 1)).toBe(true);
  expect(simulated('2025-11-20_AAPL_1a2b3c4d', '2026-05-12', 1)).toBe(true);
  expect(simulated('2026-05-20_AAPL_1a2b3c4d', '2026-05-12', 1)).toBe(true);
  expect(simulated('2026-08-03_AAPL_1a2b3c4d', '2026-08-03', 501)).toBe(true);
});

test('what was decided for one date is one run', () => {
  expect(runDate('2026-08-03_BRK-B_1a2b3c4d')).toBe('2026-08-03');
});

test('a run id without a date is judged by the crowd alone', () => {
  expect(simulated('AAPL_1a2b3c4d', '2026-08-03', 1)).toBe(false);
  expect(simulated('AAPL_1a2b3c4d', '2026-08-03', 9000)).toBe(true);
});

test('a day is a date that exists, at the head of a text', () => {
  expect(dayNumber('1970-01-01')).toBe(0);
  expect(dayNumber('2026-08-03_AAPL')).toBe(dayNumber('2026-08-02T23:59:59-04:00') + 1);
  expect(dayNumber('2028-02-29') + 1).toBe(dayNumber('2028-03-01'));
  for (const value of [
    '2026-02-30',
    '2026-13-01',
    '2026-08-031',
    '26-08-03',
    ' 2026-08-03',
    '',
    null,
    20260803,
  ]) {
    expect(dayNumber(value)).toBeNaN();
  }
});

test('trading days are the weekdays after one day up to another', () => {
  const between = (from: string, to: string) => tradingDays(dayNumber(from), dayNumber(to));
  expect(between('2026-08-03', '2026-08-03')).toBe(0);
  expect(between('2026-08-03', '2026-08-07')).toBe(4);
  expect(between('2026-08-07', '2026-08-10')).toBe(1);
  expect(between('2026-08-08', '2026-08-09')).toBe(0);
  expect(between('2026-08-10', '2026-08-07')).toBe(-1);
  expect(between('1969-12-25', '1970-01-05')).toBe(7);
  expect(tradingDays(Number.NaN, 3)).toBeNaN();
});

test('trading days agree with counting day by day', () => {
  const start = dayNumber('2025-12-17');
  for (let first = start; first < start + 9; first++) {
    let counted = 0;
    for (let day = first + 1; day < first + 40; day++) {
      const weekday = new Date(day * 86_400_000).getUTCDay();
      if (weekday > 0 && weekday < 6) counted++;
      expect(tradingDays(first, day)).toBe(counted);
    }
  }
});

test('a clock time is minutes after midnight', () => {
  expect(clockMinutes('15:55')).toBe(955);
  expect(clockMinutes('9:30')).toBe(570);
  for (const value of ['24:00', '12:60', '15:55:00', '1555', '', null, 955])
    expect(clockMinutes(value)).toBeNaN();
});

test('an instant stamped in Eastern time is read by its own clock, summer and winter', () => {
  expect(easternMinutes('2026-08-03T15:55:00-04:00')).toBe(955);
  expect(easternMinutes('2026-01-05T14:00:30.500000-05:00')).toBe(840 + 30.5 / 60);
  expect(easternMinutes('2026-08-03 09:30:00')).toBe(570);
});

test('an instant of another zone, or none at all, is missing', () => {
  for (const value of ['2026-08-03T19:55:00Z', '2026-08-03T19:55:00+00:00', '2026-08-03', '', null, 955]) {
    expect(easternMinutes(value)).toBeNaN();
  }
});

test('a quotient without a positive denominator is missing', () => {
  expect(ratio(1, 4)).toBe(0.25);
  for (const denominator of [0, -4, Number.NaN]) expect(ratio(1, denominator)).toBeNaN();
});

test('a threshold that is null, absent or no number is the default', () => {
  expect(threshold({ pct: 0 }, 'pct', 0.5)).toBe(0);
  for (const thresholds of [{ pct: null }, { pct: '0.1' }, {}, undefined]) {
    expect(threshold(thresholds, 'pct', 0.5)).toBe(0.5);
  }
});

test('a comparison with no text to compare is missing, not false', () => {
  expect(matches({ regime: 'bear' }, 'regime', 'bear')).toBe(true);
  expect(matches({ regime: 'bull' }, 'regime', 'bear')).toBe(false);
  for (const object of [{ regime: null }, { regime: 1 }, {}, undefined]) {
    expect(matches(object, 'regime', 'bear')).toBeUndefined();
  }
});

test('a computed feature that leaves float32 is missing', () => {
  const doubled = computed<number>('doubled', (value) => value * 2);
  expect(doubled.read(3)).toBe(6);
  expect(doubled.read(3e38)).toBeNaN();
  expect(doubled.read(Number.POSITIVE_INFINITY)).toBeNaN();
});
