import { expect, test } from 'vitest';
import { type ArtifactKey, parseKey } from '../../../src/corpus/key.ts';
import type { Slice } from '../../../src/pool/slices.ts';
import { ownSlices, withDuplicates } from '../../../src/replay/ingest/partition.ts';

function slice(name: string, keys: readonly string[]): Slice {
  const artifacts = keys.map((key) => ({ ...(parseKey(key) as ArtifactKey), etag: '' }));
  return { name, artifacts, entries: [...keys.keys()], bytes: 0 };
}

/** Days that are not even: a storm, and many days of few. */
const SLICES = Array.from({ length: 400 }, (_, index) => {
  const count = index < 120 ? 200 + ((index * 37) % 56) : 1 + (index % 9);
  return slice(
    `slice ${index}`,
    Array.from({ length: count }, (_, run) => `2026/07/11/ic_cio/${index}-${run}.json`),
  );
});

test.each([1, 2, 3, 16])('%i partitions are disjoint, cover everything and are even to a tenth', (size) => {
  const partitions = Array.from({ length: size }, (_, index) => ownSlices(SLICES, { index, size }));
  const all = partitions.flat();
  expect(all).toHaveLength(SLICES.length);
  expect(new Set(all).size).toBe(SLICES.length);
  const artifacts = partitions.map((partition) =>
    partition.reduce((sum, { artifacts: own }) => sum + own.length, 0),
  );
  const mean = artifacts.reduce((sum, count) => sum + count) / size;
  for (const count of artifacts) expect(Math.abs(count - mean)).toBeLessThan(mean / 10);
});

test('a partition does not depend on the order in which slices are listed', () => {
  const names = (slices: readonly Slice[]) => slices.map(({ name }) => name).sort();
  const partition = { index: 1, size: 3 };
  expect(names(ownSlices(SLICES.toReversed(), partition))).toEqual(names(ownSlices(SLICES, partition)));
});

test('more partitions than slices leaves some with nothing', () => {
  const partitions = [0, 1, 2].map((index) => ownSlices(SLICES.slice(0, 2), { index, size: 3 }));
  expect(partitions.map((partition) => partition.length).sort()).toEqual([0, 1, 1]);
});

test('captures of one decision are looked at together', () => {
  const own = slice('own', ['2026/07/11/ic_cio/a.json', '2026/07/11/ic_cio/b.json']);
  const twin = slice('twin', ['2026/07/10/ic_cio/b.json']);
  const other = slice('other', ['2026/07/10/ic_cio/c.json', '2026/07/10/macro_economist/a.json']);
  expect(withDuplicates([own], [other, own, twin])).toEqual([own, twin]);
});
