import { Random } from '../../statistics/random.ts';
import { type GroupedRows, learnClasses, pick, type Split, splitFold, takeRows } from './cross-validate.ts';
import { groupedFolds, rowsByRun } from './folds.ts';
import type { Learner } from './learner.ts';
import { movableShare, permuteLabels } from './permute-labels.ts';

const FOLDS = 5;

export interface PermutationOptions {
  readonly seed: string;
  readonly permutations: number;
  /** Of more rows, whole runs drawn at random stand for all. */
  readonly maxRows: number;
}

export interface PermutationTest {
  /** Chance, were labels independent of inputs, of an out-of-fold match as good as the one found. */
  readonly p_value: number;
  readonly permutations: number;
  /** Permutations that matched exactly as well, among which the lot decided. */
  readonly ties: number;
  /** Rows it was computed from. */
  readonly rows: number;
  /** Share of these whose label a permutation can change: the others say nothing. */
  readonly movable: number;
}

/** The label-permutation p-value (1 + those as good) / (1 + permutations) of a rule (B. Phipson and G. K. Smyth, 2010;
 * M. Ojala and G. C. Garriga, JMLR 11, 2010, test 1). The statistic is the match out of five grouped folds; equal
 * ones are told apart by the match in the training rows, and what is still equal by lot, drawn by the seed, without
 * which p would be too large for few rows. Null for less than two runs, or when no label can move. */
export function permutationTest(
  data: GroupedRows,
  labels: Int32Array,
  classes: number,
  learner: Learner,
  { seed, permutations, maxRows }: PermutationOptions,
): PermutationTest | null {
  const random = new Random(seed);
  const chosen = sampleRuns(data.runs, maxRows, random);
  const runs = chosen.map((row) => data.runs[row] as number);
  const part: GroupedRows = {
    features: data.features,
    rows: takeRows(data, chosen),
    n: chosen.length,
    runs,
  };
  const own = pick(labels, chosen);
  const groups = rowsByRun(runs);
  const movable = movableShare(groups, own);
  if (groups.length < 2 || movable === 0) return null;
  const folds = groupedFolds(runs, FOLDS, `${seed}/folds`);
  const splits = Array.from({ length: folds.count }, (_, fold) => splitFold(part, folds, fold));
  const fits = splits.map(({ trainColumns }) => learner(trainColumns));
  const statistic = (tried: Int32Array) =>
    splits.reduce((sum, split, fold) => {
      return sum + matchesOf(split, fits[fold] as ReturnType<Learner>, tried, classes, part.n);
    }, 0);

  const found = statistic(own);
  let better = 0;
  let equal = 0;
  for (let permutation = 0; permutation < permutations; permutation += 1) {
    const other = statistic(permuteLabels(groups, own, random));
    // Sums of multiples of one fraction: equal ones differ by rounding.
    if (Math.abs(other - found) < 1e-9) equal += 1;
    else if (other > found) better += 1;
  }
  return {
    p_value: (1 + better + random.below(equal + 1)) / (1 + permutations),
    permutations,
    ties: equal,
    rows: part.n,
    movable,
  };
}

/** Matches among the test rows, plus the share of training rows matched, over the rows of all folds: below one. */
function matchesOf(
  { train, test, trainColumns, testColumns }: Split,
  learn: ReturnType<Learner>,
  labels: Int32Array,
  classes: number,
  n: number,
): number {
  const trainLabels = pick(labels, train);
  const predict = learnClasses(learn, trainLabels, classes).at(-1);
  if (!predict) return 0;
  const hits = (predicted: Int32Array, truth: Int32Array) =>
    predicted.reduce((sum, label, row) => sum + Number(label === truth[row]), 0);
  const outside = hits(predict(testColumns, test.length), pick(labels, test));
  return outside + hits(predict(trainColumns, train.length), trainLabels) / (FOLDS * n);
}

/** Rows of runs in random order, as many runs as fit into `maxRows`, and of each a tenth of that at the most, drawn at
 * random; in their original order. */
function sampleRuns(runs: ArrayLike<number>, maxRows: number, random: Random): Int32Array {
  if (runs.length <= maxRows) return Int32Array.from(runs, (_, row) => row);
  const groups = rowsByRun(runs);
  random.shuffle(groups);
  const rows: number[] = [];
  for (const group of groups) {
    random.shuffle(group);
    const own = group.slice(0, Math.ceil(maxRows / 10));
    if (rows.length + own.length <= maxRows) rows.push(...own);
  }
  return Int32Array.from(rows).sort();
}
