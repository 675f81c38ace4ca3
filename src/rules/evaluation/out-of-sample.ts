import { type ClusterTotals, clusterTotals } from '../../statistics/clusters.ts';
import { differenceInterval } from '../../statistics/difference-interval.ts';
import { type MeanInterval, meanInterval } from '../../statistics/mean-interval.ts';
import { type Scores, scoresOf } from './confusion.ts';
import { excessOf, excessRange, judge, type RuleVerdict, type VerdictOptions } from './verdict.ts';

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

export interface OutOfSample extends Scores {
  /** Of the match rate; null for too few runs. */
  readonly interval: Bounds | null;
  /** Of the match rate less what the baseline and the margin ask for. */
  readonly excess: (Bounds & { readonly mean: number }) | null;
}

export interface Predictions {
  /** Run number of each row. */
  readonly runs: ArrayLike<number>;
  readonly truth: Int32Array;
  /** Absent where there was nothing to learn from. */
  readonly predicted: Int32Array | undefined;
  /** The class that the baseline always answers. */
  readonly baseline: number;
  readonly classes: number;
}

/** Scores, intervals and verdict of predictions of labels that the rule had not seen. The baseline is the commonest
 * label of all rows: it is never below the commonest label of the other folds, which in small samples is often the
 * wrong one (of ten rows, five and five, it is always wrong), and would make a rule look better than it is. */
export function outOfSample(
  { runs, truth, predicted, baseline, classes }: Predictions,
  options: VerdictOptions & { readonly seed: string; readonly level: number },
): RuleVerdict & { readonly out_of_sample: OutOfSample | null } {
  if (!predicted) return { ...judge(null, null, options), out_of_sample: null };
  const { level, margin } = options;
  const right = Array.from(truth, (label, row) => Number(label === predicted[row]));
  const beyond = Array.from(truth, (label, row) => excessOf(right[row] === 1, label === baseline, margin));
  const match = meanInterval(clusterTotals(right, runs), level);
  const excess = excessInterval(clusterTotals(beyond, runs), match, barOf(truth, baseline, margin), options);
  return {
    ...judge(match, excess, options),
    out_of_sample: {
      ...scoresOf(predicted, truth, classes),
      interval: match && boundsOf(match),
      excess: excess && { mean: excess.mean, ...boundsOf(excess) },
    },
  };
}

/** The share that a rule must match, given what the baseline matches. */
function barOf(truth: Int32Array, baseline: number, margin: number): number {
  const share = truth.filter((label) => label === baseline).length / truth.length;
  return share + margin * (1 - share);
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

function boundsOf({ low, high, level }: MeanInterval): Bounds {
  return { low, high, level };
}
