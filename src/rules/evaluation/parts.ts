import { sum } from 'd3-array';
import type { EvaluatedRule } from '../../results/rules.ts';
import { clusterTotals } from '../../statistics/clusters.ts';
import { lowerLimit } from '../../statistics/mean-interval.ts';
import type { Groups } from './folds.ts';

/** Fewer rows of a week or a regime say nothing. */
const MIN_ROWS = 10;
/** In time. */
export const THIRDS = ['oldest', 'middle', 'newest'];

/** The match over some of the rows. */
type PartMatch = NonNullable<EvaluatedRule['by_time']>['weeks'][number];

/** How often a label, a class number, is caught over the runs in which it occurs. */
export type Recall = ReturnType<typeof recallsOf>[number];

/** The third of `runs` runs in time, from 0, that one of them lies in. */
export function thirdOf(run: number, runs: number): number {
  return Math.floor((3 * run) / runs);
}

/** Names the third of the runs that each row belongs to. `groups` are the rows of each run, runs in time. */
export function thirdsOf(groups: Groups, n: number): string[] {
  const names = new Array<string>(n);
  for (const [run, rows] of groups.entries()) {
    for (const row of rows) names[row] = THIRDS[thirdOf(run, groups.length)] as string;
  }
  return names;
}

/** The match of each part that has enough rows, by name unless another order is given. */
export function matchByPart(
  names: readonly (string | undefined)[],
  truth: Int32Array,
  predicted: Int32Array,
  order: typeof names = [...new Set(names)].sort(),
): PartMatch[] {
  const parts = Map.groupBy(names.keys(), (row) => names[row]);
  return order.flatMap((part) => {
    const rows = parts.get(part) ?? [];
    if (part === undefined || rows.length < MIN_ROWS) return [];
    const right = rows.filter((row) => truth[row] === predicted[row]).length;
    return [{ part, rows: rows.length, match_rate: right / rows.length }];
  });
}

/** The recall of each label that occurs: `caught` are the rows that the rule gives it, too. `low` is null for too few
 * runs. */
export function recallsOf(truth: Int32Array, predicted: Int32Array, runs: ArrayLike<number>, level: number) {
  const labels = [...Map.groupBy(truth.keys(), (row) => truth[row] as number)];
  return labels
    .sort(([one], [other]) => one - other)
    .map(([label, rows]) => {
      const right = rows.map((row) => Number(predicted[row] === label));
      const ofRows = rows.map((row) => runs[row] as number);
      const totals = clusterTotals(right, ofRows);
      return {
        label,
        rows: rows.length,
        runs: totals.sizes.length,
        caught: sum(right),
        low: lowerLimit(totals, level),
      };
    });
}
