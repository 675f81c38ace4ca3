import { describe, expect, it } from 'vitest';
import {
  byTicker,
  categorical,
  numeric,
  percentileRank,
  rankDescending,
  readRow,
  regimeOf,
  rowsOrDrop,
  subjectOf,
  teamOf,
} from '../../src/agents/features.ts';

describe('declared features', () => {
  const inputs = [
    numeric<{ x?: number | boolean; y?: unknown }>('x', ({ x }) => x),
    categorical<{ x?: number | boolean; y?: unknown }>('y', ['a', 'b'], ({ y }) => y),
  ];

  it('read numbers, flags and levels, and nothing but NaN where there is none', () => {
    expect(readRow(inputs, { x: 3, y: 'b' })).toEqual([3, 1]);
    expect(readRow(inputs, { x: true, y: 'a' })).toEqual([1, 0]);
    expect(readRow(inputs, { x: false, y: 'c' })).toEqual([0, Number.NaN]);
    expect(readRow(inputs, {})).toEqual([Number.NaN, Number.NaN]);
    expect(readRow(inputs, { x: Number.NaN, y: 'constructor' })).toEqual([Number.NaN, Number.NaN]);
  });

  it('make a subject that is plain data', () => {
    const subject = subjectOf('family', inputs, ['decision']);
    expect(subject).toEqual({
      id: 'family',
      labels: ['decision'],
      features: [{ name: 'x' }, { name: 'y', levels: ['a', 'b'] }],
    });
    expect(structuredClone(subject)).toEqual(subject);
  });
});

describe('rowsOrDrop', () => {
  const subject = subjectOf('family', [], ['decision']);
  const rows = [{ features: [], labels: ['yes'] as const }];

  it('keeps the counts that are not zero', () => {
    expect(rowsOrDrop(subject, rows, 'none', { a: 2, b: 0 })).toEqual({ subject, rows, skipped: { a: 2 } });
    expect(rowsOrDrop(subject, rows, 'none', { a: 0 })).toEqual({ subject, rows });
  });

  it('names why there are no rows', () => {
    expect(rowsOrDrop(subject, [], 'none', { a: 2 })).toEqual({ drop: 'none' });
  });
});

describe('ranks', () => {
  it('put the greatest first, share a mean rank among equals and leave out the missing', () => {
    expect(rankDescending([10, 30, Number.NaN, 20, 30])).toEqual([4, 1.5, Number.NaN, 3, 1.5]);
    expect(rankDescending([])).toEqual([]);
  });

  it('as percentiles run from 0 for the least to 1 for the greatest', () => {
    expect(percentileRank([10, 30, Number.NaN, 20])).toEqual([0, 1, Number.NaN, 0.5]);
    expect(percentileRank([5, 5, 5])).toEqual([0.5, 0.5, 0.5]);
    expect(percentileRank([Number.NaN, 5])).toEqual([Number.NaN, 0.5]);
    expect(percentileRank([Number.NaN])).toEqual([Number.NaN]);
  });
});

describe('words', () => {
  it('caution is read as neutral, an unknown regime as missing', () => {
    expect(['bull', 'caution', 'neutral', 'bear', 'Bull', null].map(regimeOf)).toEqual([
      'bull',
      'neutral',
      'neutral',
      'bear',
      undefined,
      undefined,
    ]);
  });

  it('the team is the second segment of the agent id', () => {
    expect(teamOf('sector_qual:technology')).toBe('technology');
    expect(teamOf('thesis_update:technology:NVDA')).toBe('technology');
    expect(teamOf('ic_cio')).toBeUndefined();
  });

  it('tickers are keys like any other, and the later of two wins', () => {
    const objects = [{ ticker: '__proto__', n: 1 }, { ticker: 'A', n: 2 }, { ticker: 7 }, {}, { ticker: '' }];
    const found = byTicker([...objects, { ticker: '__proto__', n: 3 }]);
    expect([...found]).toEqual([
      ['__proto__', { ticker: '__proto__', n: 3 }],
      ['A', { ticker: 'A', n: 2 }],
    ]);
  });
});
