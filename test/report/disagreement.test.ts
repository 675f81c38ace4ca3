import { describe, expect, it } from 'vitest';
import { diffOf } from '../../src/report/page/disagreement.tsx';

describe('two decisions beside each other', () => {
  it('sets a changed line beside what it became', () => {
    const { rows } = diffOf({ stance: 'up', rating: 1 }, { rating: 1, stance: 'down' });
    expect(rows.filter(({ same }) => !same)).toEqual([
      { left: '  "stance": "up"', right: '  "stance": "down"', same: false },
    ]);
  });

  it('leaves a gap beside a line that has no counterpart', () => {
    const { rows } = diffOf(['a', 'b', 'c'], ['a', 'c']);
    expect(rows.filter(({ same }) => !same)).toEqual([{ left: '  "b",', right: null, same: false }]);
  });

  it('takes a line for the same whether a comma follows or not', () => {
    expect(diffOf({ a: 1, b: 2 }, { a: 1 }).rows.filter(({ same }) => same)).toHaveLength(3);
  });

  it('cuts long decisions and says by how much', () => {
    const { cut, rows } = diffOf('x'.repeat(5000), 'x');
    expect(cut).toEqual({ left: 3002, right: 0 });
    expect(rows[0]?.left).toHaveLength(2000);
  });

  it('stands anything that JSON holds, and what it does not', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(diffOf(deep, undefined).rows.length).toBeGreaterThan(0);
    expect(diffOf(JSON.parse('{"__proto__": 1}'), null).rows[1]?.left).toContain('__proto__');
  });
});
