import { Random } from '../../statistics/random.ts';
import { rowsByRun } from './folds.ts';

/** Of more rows, so many tell as much: the limits of an interval move by one step of its grid at most
 * (docs/statistics.md). */
export const MAX_EVALUATED_ROWS = 40_000;

/** The rows that rules are evaluated on, ascending: all of them or, of more than `most`, about so many. Each run keeps
 * the same share of its rows, drawn by the seed, and at least one: rows of one run tell less than rows of two. Of more
 * than `most` runs, evenly spaced ones stand for all. */
export function evaluatedRows(
  runs: ArrayLike<number>,
  seed: string,
  most = MAX_EVALUATED_ROWS,
): Int32Array | undefined {
  if (runs.length <= most) return undefined;
  const random = new Random(seed);
  const groups = rowsByRun(runs);
  const kept = Math.min(groups.length, most);
  const share = (most * groups.length) / (kept * runs.length);
  const rows = Array.from({ length: kept }, (_, index) => {
    const group = groups[Math.floor((index * groups.length) / kept)] as number[];
    random.shuffle(group);
    return group.slice(0, Math.max(1, Math.round(group.length * Math.min(1, share))));
  });
  return Int32Array.from(rows.flat()).sort();
}

/** Classes of the chosen ones of `n` rows, -1 for the others. */
export function placed(found: Int32Array, chosen: Int32Array, n: number): Int32Array {
  const all = new Int32Array(n).fill(-1);
  for (const [place, row] of chosen.entries()) all[row] = found[place] as number;
  return all;
}
