import type { EvaluatedRule } from '../../results/rules.ts';
import { clusterTotals } from '../../statistics/clusters.ts';
import { lowerLimit } from '../../statistics/mean-interval.ts';

/** Fewer rows of a week or a regime say nothing. */
const MIN_ROWS = 10;
/** In time. */
export const THIRDS = ['oldest', 'middle', 'newest'];

/** The match over some of the rows. */
type PartMatch = NonNullable<EvaluatedRule['by_time']>['weeks'][number];

/** How often a label is caught, over the runs in which it occurs. The label is a class number. */
export type Recall = Omit<NonNullable<EvaluatedRule['recalls']>[number], 'label'> & {
  readonly label: number;
};

/** The third of `runs` runs in time, from 0, that one of them lies in. */
export function thirdOf(run: number, runs: number): number {
  return Math.floor((3 * run) / runs);
}

/** Names the third of the runs that each row belongs to. `groups` are the rows of each run, runs in time. */
export function thirdsOf(groups: readonly (readonly number[])[], n: number): string[] {
  const names = new Array<string>(n);
  for (const [run, rows] of groups.entries()) {
    for (const row of rows) names[row] = THIRDS[thirdOf(run, groups.length)] as string;
  }
  return names;
}

/** The match of each part that has enough rows, in the order of `order`. */
export function matchByPart(
  names: readonly (string | undefined)[],
  order: readonly string[],
  truth: Int32Array,
  predicted: Int32Array,
): PartMatch[] {
  const parts = new Map<string, { rows: number; right: number }>();
  for (const [row, name] of names.entries()) {
    if (name === undefined) continue;
    const part = parts.get(name) ?? { rows: 0, right: 0 };
    parts.set(name, part);
    part.rows += 1;
    part.right += Number(truth[row] === predicted[row]);
  }
  return order.flatMap((part) => {
    const { rows, right } = parts.get(part) ?? { rows: 0, right: 0 };
    return rows < MIN_ROWS ? [] : [{ part, rows, match_rate: right / rows }];
  });
}

/** The recall of each label that occurs. */
export function recallsOf(
  truth: Int32Array,
  predicted: Int32Array,
  runs: ArrayLike<number>,
  level: number,
): Recall[] {
  return [...new Set(truth)]
    .sort((one, other) => one - other)
    .map((label) => {
      const rows = [...truth.keys()].filter((row) => truth[row] === label);
      const right = rows.map((row) => Number(predicted[row] === label));
      const totals = clusterTotals(
        right,
        rows.map((row) => runs[row] as number),
      );
      return {
        label,
        rows: rows.length,
        runs: totals.sizes.length,
        caught: right.reduce((sum, one) => sum + one, 0),
        low: lowerLimit(totals, level),
      };
    });
}
