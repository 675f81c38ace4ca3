import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../src/pool/batches.ts';

const MIB = 1024 * 1024;

function cut(sizes: readonly number[]): number[][] {
  return [...batchesOf(sizes.map((size) => ({ size })))].map(({ items }) => items.map(({ size }) => size));
}

describe('batchesOf', () => {
  it('cuts by count', () => {
    const batches = [...batchesOf(Array.from({ length: 300 }, () => ({ size: 1 })))];
    expect(batches.map(({ first, items }) => [first, items.length])).toEqual([
      [0, 128],
      [128, 128],
      [256, 44],
    ]);
  });

  it('cuts by bytes, and lets an item larger than the bound stand alone', () => {
    expect(cut([3 * MIB, 5 * MIB, 1, 20 * MIB, 2 * MIB])).toEqual([
      [3 * MIB, 5 * MIB],
      [1],
      [20 * MIB],
      [2 * MIB],
    ]);
  });

  it('gives none of nothing', () => {
    expect(cut([])).toEqual([]);
  });
});
