import { expect, it } from 'vitest';
import { sortedRows } from '../../../src/rules/tree/sort-rows.ts';
import { Random } from '../../../src/statistics/random.ts';

const random = new Random('rows to sort');
const numbers = (count: number, draw: () => number) => Float32Array.from({ length: count }, draw);

it.each([
  ['none', numbers(0, () => 0)],
  ['one', numbers(1, () => -3)],
  ['equal ones', numbers(9, () => 2)],
  ['two levels', numbers(500, () => random.below(2))],
  ['both signs', numbers(5000, () => random.unit() - 0.5)],
  ['all magnitudes', numbers(5000, () => (random.unit() - 0.5) * 10 ** random.below(70))],
  ['whole numbers that tie', numbers(5000, () => random.below(40) - 20)],
])('sorts %s, ties by row number', (_, drawn) => {
  const values = drawn.map((value) => (Number.isFinite(value) ? value : 0) + 0);
  const rows = [...values.keys()];
  const expected = rows.toSorted(
    (one, other) => (values[one] as number) - (values[other] as number) || one - other,
  );
  expect([...sortedRows(values)]).toEqual(expected);
});
