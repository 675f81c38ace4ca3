import { describe, expect, it } from 'vitest';
import { pythonFloat } from '../../src/agents/python-float.ts';

describe('pythonFloat', () => {
  it.each([
    [3, 3],
    [true, 1],
    [false, 0],
    ['85', 85],
    [' \t-1.5\n', -1.5],
    ['\x85\xa0\u20037', 7],
    ['+.5', 0.5],
    ['5.', 5],
    ['1e5', 100000],
    ['1_000.2_5E-0_1', 100.025],
    ['1e400', Number.POSITIVE_INFINITY],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['-nan', Number.NaN],
  ])('reads %j as %d', (value, number) => {
    expect(pythonFloat(value)).toBe(number);
  });

  it.each([
    null,
    undefined,
    [],
    [1],
    {},
    '',
    ' ',
    '.',
    'abc',
    '0x10',
    '1__0',
    '_1',
    '1_',
    '1_.5',
    '1e',
    '1 2',
    'infin',
    '\ufeff1',
    '１',
  ])('takes %j for no number', (value) => {
    expect(pythonFloat(value)).toBeUndefined();
  });

  it('takes no longer than the text is long', () => {
    const started = performance.now();
    for (const text of ['1'.repeat(200_000), '1_'.repeat(100_000), `x${' '.repeat(200_000)}x`]) {
      pythonFloat(`${text}!`);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
