import type { Random } from '../../statistics/random.ts';
import type { Groups } from './folds.ts';

/** With fewer runs there are too few shifts to tell anything. */
export const MIN_SHIFTED_RUNS = 20;

/** The rows in time. Those of one run have no order, and get a random one: else what depends on the place in a run would
 * keep its labels. */
export function rowsInTime(groups: Groups, random: Random): Int32Array {
  return Int32Array.from(
    groups.flatMap((group) => {
      const rows = [...group];
      random.shuffle(rows);
      return rows;
    }),
  );
}

/** Labels as they might have been, were they independent of the inputs: the sequence of labels in time, begun at the run
 * `runs` later, its end put before its beginning. What persists in time persists as before. */
export function shiftLabels(groups: Groups, rows: Int32Array, labels: Int32Array, runs: number): Int32Array {
  const offset = groups.slice(0, runs).reduce((sum, group) => sum + group.length, 0);
  const shifted = new Int32Array(labels.length);
  for (const [place, row] of rows.entries()) {
    shifted[row] = labels[rows[(place + offset) % rows.length] as number] as number;
  }
  return shifted;
}
