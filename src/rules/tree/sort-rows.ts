/** Bits that a pass sorts by: its counts then fit a processor's first cache. */
const BITS = 11;
const BUCKETS = 1 << BITS;
const MASK = BUCKETS - 1;

/** Row numbers by ascending value; equal values by row number. The values are finite, and none is -0. A radix sort by the
 * values' bits takes half the time of a sort by comparison from 30,000 rows on, and a quarter more of it for 200. */
export function sortedRows(values: Float32Array): Uint32Array {
  const n = values.length;
  const bits = new Uint32Array(values.buffer, values.byteOffset, n);
  // Negative floats sort by their bits upside down, below the positive ones.
  const keys = bits.map((raw) => (raw >>> 31 === 1 ? ~raw : raw | 0x8000_0000));
  let rows = Uint32Array.from(keys, (_, row) => row);
  let moved = new Uint32Array(n);
  for (let shift = 0; shift < 32; shift += BITS) {
    const ends = new Uint32Array(BUCKETS);
    for (let row = 0; row < n; row += 1) count(ends, ((keys[row] as number) >>> shift) & MASK);
    const first = ((keys[0] as number) >>> shift) & MASK;
    if (ends[first] === n) continue;
    let start = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const size = ends[bucket] as number;
      ends[bucket] = start;
      start += size;
    }
    for (let place = 0; place < n; place += 1) {
      const row = rows[place] as number;
      moved[count(ends, ((keys[row] as number) >>> shift) & MASK)] = row;
    }
    [rows, moved] = [moved, rows];
  }
  return rows;
}

/** Adds one to a count, and returns it as it was. */
function count(counts: Uint32Array, bucket: number): number {
  const before = counts[bucket] as number;
  counts[bucket] = before + 1;
  return before;
}
