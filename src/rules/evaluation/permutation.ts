import type { EvaluatedRule } from '../../results/rules.ts';
import { Random } from '../../statistics/random.ts';
import {
  columnsOf,
  type GroupedRows,
  learnClasses,
  pick,
  type SplitColumns,
  takeRows,
} from './cross-validate.ts';
import { blocks, rowsByRun } from './folds.ts';
import type { Learner } from './learner.ts';
import { MIN_SHIFTED_RUNS, rowsInTime, shiftLabels } from './shift-labels.ts';

export interface PermutationOptions {
  readonly seed: string;
  /** The most shifts tried. */
  readonly permutations: number;
  /** Of more rows, whole runs drawn at random stand for all. */
  readonly maxRows: number;
}

/** The p-value (1 + those as good) / (1 + shifts) of a rule, over circular shifts of the labels by whole runs (B. Phipson
 * and G. K. Smyth, 2010). The statistic is the match out of five contiguous blocks; equal ones are told apart by the
 * match in the training rows, and what is still equal by lot, drawn by the seed. Null below MIN_SHIFTED_RUNS runs. */
export function permutationTest(
  data: GroupedRows,
  labels: Int32Array,
  classes: number,
  learner: Learner,
  { seed, permutations, maxRows }: PermutationOptions,
): EvaluatedRule['permutation'] {
  const random = new Random(seed);
  const chosen = sampleRuns(data.runs, maxRows, random);
  const runs = chosen.map((row) => data.runs[row] as number);
  const groups = rowsByRun(runs);
  if (groups.length < MIN_SHIFTED_RUNS) return null;
  const part: GroupedRows = {
    features: data.features,
    rows: takeRows(data.rows, data.features.length, chosen),
    n: chosen.length,
    runs,
  };
  const own = pick(labels, chosen);
  const splits = blocks(groups).map((split) => columnsOf(part, split));
  const fits = splits.map(({ trainColumns }) => learner(trainColumns));
  // A row is trained on for at most every block.
  const trainings = splits.length * part.n;
  const statistic = (tried: Int32Array) =>
    splits.reduce((sum, split, block) => {
      return sum + matchesOf(split, fits[block] as ReturnType<Learner>, tried, classes, trainings);
    }, 0);

  const shifts = Array.from({ length: groups.length - 1 }, (_, index) => index + 1);
  random.shuffle(shifts);
  const found = statistic(own);
  const order = rowsInTime(groups, random);
  const others = shifts
    .slice(0, permutations)
    .map((shift) => statistic(shiftLabels(groups, order, own, shift)));
  // Sums of multiples of one fraction: equal ones differ by rounding.
  const equal = others.filter((other) => Math.abs(other - found) < 1e-9).length;
  const better = others.filter((other) => other - found >= 1e-9).length;
  return {
    p_value: (1 + better + random.below(equal + 1)) / (1 + others.length),
    permutations: others.length,
    ties: equal,
    rows: part.n,
  };
}

/** Matches among the test rows, plus those among the training rows as a share of all `trainings`: below one. */
function matchesOf(
  { train, test, trainColumns, testColumns }: SplitColumns,
  learn: ReturnType<Learner>,
  labels: Int32Array,
  classes: number,
  trainings: number,
): number {
  const trainLabels = pick(labels, train);
  const predict = learnClasses(learn, trainLabels, classes).at(-1);
  if (!predict) return 0;
  const hits = (predicted: Int32Array, truth: Int32Array) =>
    predicted.reduce((sum, label, row) => sum + Number(label === truth[row]), 0);
  const outside = hits(predict(testColumns, test.length), pick(labels, test));
  return outside + hits(predict(trainColumns, train.length), trainLabels) / trainings;
}

/** Rows of runs in random order, as many runs as fit into `maxRows`, and of each a fortieth of that at the most, so
 * that there are shifts enough; in their original order. */
function sampleRuns(runs: ArrayLike<number>, maxRows: number, random: Random): Int32Array {
  if (runs.length <= maxRows) return Int32Array.from(runs, (_, row) => row);
  const groups = rowsByRun(runs);
  random.shuffle(groups);
  const most = Math.ceil(maxRows / (2 * MIN_SHIFTED_RUNS));
  const rows: number[] = [];
  for (const group of groups) {
    random.shuffle(group);
    const own = group.slice(0, most);
    if (rows.length + own.length <= maxRows) rows.push(...own);
  }
  return Int32Array.from(rows).sort();
}
