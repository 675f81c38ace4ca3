import { append } from '../../shared/tally.ts';
import { Random } from '../../statistics/random.ts';

/** Up to this many runs each run is a fold of its own. */
const MOST_RUNS_LEFT_OUT = 50;
const GROUPED_FOLDS = 10;

/** A partition of rows that keeps the rows of a run together. */
export interface Folds {
  readonly kind: 'leave_one_run_out' | 'grouped';
  readonly count: number;
  /** Fold of each row. */
  readonly of: Int32Array;
}

/** Row numbers of each run, runs in the order in which they first occur. */
export function rowsByRun(runs: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < runs.length; row += 1) append(rows, runs[row] as number, row);
  return [...rows.values()];
}

/** Leaves out one run at a time when there are at most fifty, else one of ten groups of runs. `runs` is the run
 * number of each row. */
export function foldsOf(runs: ArrayLike<number>, seed: string): Folds {
  const groups = rowsByRun(runs);
  if (groups.length > MOST_RUNS_LEFT_OUT) return groupedFolds(runs, GROUPED_FOLDS, seed);
  return {
    kind: 'leave_one_run_out',
    count: groups.length,
    of: assign(runs.length, groups, [...groups.keys()]),
  };
}

/** At most `count` folds of whole runs, drawn by `seed`, about equal in rows: large runs first, each into the fold
 * that has the fewest rows yet. */
export function groupedFolds(runs: ArrayLike<number>, count: number, seed: string): Folds {
  const groups = rowsByRun(runs);
  const order = [...groups.keys()];
  new Random(seed).shuffle(order);
  const size = (group: number) => (groups[group] as number[]).length;
  order.sort((one, other) => size(other) - size(one));
  const rows = new Array<number>(Math.min(count, groups.length)).fill(0);
  const folds = new Array<number>(groups.length);
  for (const group of order) {
    const fold = rows.indexOf(Math.min(...rows));
    folds[group] = fold;
    rows[fold] = (rows[fold] as number) + size(group);
  }
  return { kind: 'grouped', count: rows.length, of: assign(runs.length, groups, folds) };
}

function assign(rows: number, groups: readonly number[][], folds: readonly number[]): Int32Array {
  const of = new Int32Array(rows);
  for (const [group, members] of groups.entries()) {
    for (const row of members) of[row] = folds[group] as number;
  }
  return of;
}
