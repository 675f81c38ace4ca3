import { expect, it } from 'vitest';
import { convictionBand, convictionCode } from '../../src/agents/conviction.ts';

it('convictions fall into bands at 40 and 70', () => {
  expect([100, 70, 69, 40, 39, 0, Number.NaN].map(convictionBand)).toEqual([
    'high',
    'high',
    'medium',
    'medium',
    'low',
    'low',
    undefined,
  ]);
  expect(['rising', 'stable', 'declining', 'high', 80].map(convictionCode)).toEqual([
    1,
    0,
    -1,
    Number.NaN,
    Number.NaN,
  ]);
});
