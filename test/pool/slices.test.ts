import { describe, expect, it } from 'vitest';
import { macroEconomist } from '../../src/agents/macro-economist.ts';
import { thinktankThesis } from '../../src/agents/thinktank-thesis.ts';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import type { Entry } from '../../src/corpus/listing.ts';
import { bundlesOf, slicesOf } from '../../src/pool/slices.ts';

const MIB = 1024 * 1024;

function entry(name: string | number, change: Partial<Entry> = {}): Entry {
  const key = `2026/07/11/thinktank_thesis/${name}.json`;
  return { ...(parseKey(key) as ArtifactKey), size: 1, etag: 'e', family: thinktankThesis, ...change };
}

function many(count: number, size = 1): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(index, { size }));
}

function names(entries: readonly Entry[]): Set<string> {
  return new Set(slicesOf(entries).map(({ name }) => name));
}

describe('slicesOf', () => {
  it('cuts by day and family, and covers every entry once', () => {
    const entries = [
      entry('a'),
      entry('b', { day: '2026-07-10' }),
      entry('c', { family: macroEconomist }),
      entry('d'),
    ];
    const slices = slicesOf(entries);
    expect(slices.map(({ entries: positions }) => positions)).toEqual([[0, 3], [1], [2]]);
    expect(slicesOf(entries, 10).map(({ entries: positions }) => positions)).toEqual([[10, 13], [11], [12]]);
    expect(slices.map(({ artifacts }) => artifacts.length)).toEqual([2, 1, 1]);
    expect(slices.map(({ name }) => name.slice(0, name.lastIndexOf('/')))).toEqual([
      '2026-07-11/thinktank_thesis',
      '2026-07-10/thinktank_thesis',
      '2026-07-11/macro_economist',
    ]);
  });

  it.each([
    ['artifacts', many(30_000)],
    ['bytes', many(400, MIB)],
  ])('cuts a day of many %s into slices of about one size', (_, entries) => {
    const slices = slicesOf(entries);
    expect(slices.flatMap((slice) => slice.entries).sort((a, b) => a - b)).toEqual([...entries.keys()]);
    expect(Math.max(...slices.map(({ artifacts }) => artifacts.length))).toBeLessThan(200);
    expect(Math.max(...slices.map(({ bytes }) => bytes))).toBeLessThan(20 * MIB);
  });

  it.each([
    ['one is added', (entries: Entry[]) => [...entries, entry('late')]],
    ['one is gone', (entries: Entry[]) => entries.slice(1)],
    ['one is overwritten', ([first, ...others]: Entry[]) => [{ ...(first as Entry), etag: 'f' }, ...others]],
    ['one has another size', ([first, ...others]: Entry[]) => [{ ...(first as Entry), size: 2 }, ...others]],
  ])('changes one slice when %s', (_, change) => {
    const before = names(many(3_000));
    const after = names(change(many(3_000)));
    expect(after.size).toBe(before.size);
    expect([...after].filter((name) => !before.has(name))).toHaveLength(1);
  });

  it('gives none of nothing', () => {
    expect(slicesOf([])).toEqual([]);
  });
});

describe('bundlesOf', () => {
  const cut = (sizes: readonly number[], count = 1) => {
    const artifacts = Array(count).fill(entry('k'));
    const slices = sizes.map((bytes) => ({ entries: [], artifacts, bytes, name: '' }));
    return [...bundlesOf(slices)].map((bundle) => bundle.map(({ bytes }) => bytes));
  };

  it('gathers by bytes, and lets a slice larger than the bound stand alone', () => {
    expect(cut([3 * MIB, 5 * MIB, 1, 20 * MIB, 2 * MIB])).toEqual([
      [3 * MIB, 5 * MIB],
      [1],
      [20 * MIB],
      [2 * MIB],
    ]);
  });

  it('gathers by count', () => {
    expect(cut([1, 2, 3, 4, 5], 100)).toEqual([[1, 2], [3, 4], [5]]);
  });
});
