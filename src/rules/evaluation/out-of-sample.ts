import { type ClusterTotals, clusterTotals } from '../../statistics/clusters.ts';
import { differenceInterval } from '../../statistics/difference-interval.ts';
import { type MeanInterval, meanInterval } from '../../statistics/mean-interval.ts';
import { baselineOf, scoresOf } from './confusion.ts';
import { pick } from './cross-validate.ts';
import { type Groups, laterRuns } from './folds.ts';
import { barOf, excessOf, excessRange, type Judged, judge, type VerdictOptions } from './verdict.ts';

export interface Predictions {
  /** Run number of each row. */
  readonly runs: ArrayLike<number>;
  /** Rows of each run, runs in time. */
  readonly groups: Groups;
  readonly truth: Int32Array;
  readonly classes: number;
  /** The class of each row, predicted from other blocks; absent where there was nothing to learn from. */
  readonly outside: Int32Array | undefined;
  /** The same, predicted from earlier runs; -1 in the first half. */
  readonly forward: Int32Array | undefined;
}

/** Scores, intervals and verdict of predictions of labels that the rule had not seen. The baseline is the commonest
 * label of all rows: it is never below the commonest label of the other blocks, which in small samples is often the
 * wrong one, and would make a rule look better than it is. */
export function judgePredictions(
  predictions: Predictions,
  options: VerdictOptions & { readonly seed: string; readonly level: number },
): Judged {
  const { runs, truth, classes, outside } = predictions;
  if (!outside) return { ...judge(null, options), out_of_sample: null, walk_forward: null };
  const { level, margin } = options;
  const baseline = baselineOf(truth, classes);
  const right = Array.from(truth, (label, row) => Number(label === outside[row]));
  const beyond = Array.from(truth, (label, row) =>
    excessOf(right[row] === 1, label === baseline.label, margin),
  );
  const match = meanInterval(clusterTotals(right, runs), level);
  const bar = barOf(baseline.share, margin);
  const excess = excessInterval(clusterTotals(beyond, runs), match, bar, options);
  const forward = walkForwardOf(predictions, options);
  return {
    ...judge(match && excess && { match, excess, forward }, options),
    out_of_sample: {
      ...scoresOf(outside, truth, classes),
      interval: match && boundsOf(match),
      excess: excess && { mean: excess.mean, ...boundsOf(excess) },
    },
    walk_forward: forward,
  };
}

function walkForwardOf(
  { groups, truth, classes, forward }: Predictions,
  { threshold, margin }: VerdictOptions,
): Judged['walk_forward'] {
  if (!forward) return null;
  const later = laterRuns(groups);
  const [rows, newest] = [later.all.flat(), later.newest.flat()];
  if (rows.length === 0 || newest.length === 0) return null;
  const matchOf = (some: readonly number[]) =>
    some.filter((row) => forward[row] === truth[row]).length / some.length;
  const { share } = baselineOf(pick(truth, Int32Array.from(rows)), classes);
  return {
    match_rate: matchOf(rows),
    needed: Math.max(threshold, barOf(share, margin)),
    rows: rows.length,
    runs: later.all.length,
    newest: { match_rate: matchOf(newest), rows: newest.length },
  };
}

/** Where the excess is the same in every run, it does not show how runs differ: the match tells then. */
function excessInterval(
  totals: ClusterTotals,
  match: MeanInterval | null,
  bar: number,
  { seed, level, margin }: VerdictOptions & { readonly seed: string; readonly level: number },
): MeanInterval | null {
  const found = differenceInterval(totals, { seed: `${seed}/excess`, level, ...excessRange(margin) });
  if (!found || !match || !found.constant) return found;
  return { ...found, low: match.low - bar, clustersNeeded: (above) => match.clustersNeeded(bar + above) };
}

function boundsOf({ low, high, level }: MeanInterval) {
  return { low, high, level };
}
