import { sum } from 'd3-array';
import type { EvaluatedRule } from '../../results/rules.ts';
import { Random } from '../../statistics/random.ts';
import { columnsOf, type GroupedRows, learnClasses, partOf, pick } from './cross-validate.ts';
import { blocks, rowsByRun } from './folds.ts';
import type { Learner, Predictor } from './learner.ts';
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
  const part = partOf(data, chosen);
  const groups = rowsByRun(part.runs);
  if (groups.length < MIN_SHIFTED_RUNS) return null;
  const own = pick(labels, chosen);
  const folds = blocks(groups).map((split) => {
    const columns = columnsOf(part, split);
    return { ...columns, learn: learner(columns.trainColumns) };
  });
  // A row is trained on for at most every block.
  const trainings = folds.length * part.n;
  // Matches among the test rows, plus those among the training rows as a share of all trainings: below one.
  const statistic = (tried: Int32Array) =>
    sum(folds, ({ train, test, trainColumns, testColumns, learn }) => {
      const trainLabels = pick(tried, train);
      const predict = learnClasses(learn, trainLabels, classes).at(-1) as Predictor;
      const outside = hits(predict(testColumns, test.length), pick(tried, test));
      return outside + hits(predict(trainColumns, train.length), trainLabels) / trainings;
    });

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

function hits(predicted: Int32Array, truth: Int32Array): number {
  return predicted.reduce((count, label, row) => count + Number(label === truth[row]), 0);
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
