import { describe, expect, it } from 'vitest';
import { applyDesign, fitDesign } from '../../src/rules/design.ts';

const SPECS = [
  { name: 'score' },
  { name: 'regime', levels: ['bull', 'bear'] },
  { name: 'never' },
  { name: 'always' },
];
const _ = Number.NaN;

describe('design', () => {
  const rows = Float64Array.of(...[4, 0, _, 1], ...[_, 1, _, 2], ...[1, _, _, 3], ...[9, 1, _, 4]);
  const design = fitDesign(SPECS, rows, 4);

  it('imputes the median, and marks what was missing, never with zero for a value', () => {
    const columns = Object.fromEntries(
      applyDesign(design, rows, 4).map((column, index) => [design.columns[index]?.name, [...column]]),
    );
    expect(columns).toEqual({
      score: [4, 4, 1, 9],
      score__missing: [0, 1, 0, 0],
      'regime=bull': [1, 0, 0, 0],
      'regime=bear': [0, 1, 0, 1],
      regime__missing: [0, 0, 1, 0],
      always: [1, 2, 3, 4],
    });
    expect(design.omitted).toEqual(['never']);
  });

  it('applies to other rows, imputing also where training missed nothing', () => {
    const columns = applyDesign(JSON.parse(JSON.stringify(design)), Float64Array.of(_, 0, 5, _), 1);
    expect(columns.map(([value]) => value)).toEqual([4, 1, 1, 0, 0, 2.5]);
  });
});
