import { type MeanInterval, sideOf } from '../../statistics/mean-interval.ts';

/** What a rule must reach to count as an explanation. */
export interface VerdictOptions {
  /** The out-of-sample match that must be exceeded, in (0, 1). */
  readonly threshold: number;
  /** Of the rows that the baseline gets wrong, the share that the rule must get right besides, in [0, 1). */
  readonly margin: number;
}

export interface RuleVerdict {
  readonly verdict: 'explained' | 'not_explained' | 'inconclusive';
  readonly reason:
    | 'above_both'
    | 'below_threshold'
    | 'not_above_baseline'
    | 'match_unclear'
    | 'excess_unclear'
    | 'not_forward'
    | 'too_few_runs';
  /** Number of runs like these that would settle it in four cases of five, if the truth is what was found. Null if it
   * is settled, or if no reasonable number would settle it. */
  readonly runs_needed: number | null;
}

/** What one row adds to the excess of a rule over baseline and margin. Its mean over rows is
 * match − (baseline + margin · (1 − baseline)). */
export function excessOf(right: boolean, baselineRight: boolean, margin: number): number {
  return Number(right) - (baselineRight ? 1 : margin);
}

/** Values of `excessOf` lie in this range. */
export function excessRange(margin: number): { readonly least: number; readonly most: number } {
  return { least: -1, most: 1 - margin };
}

/** Below so many runs nothing is explained: that misses come by whole runs could not be seen. */
const MIN_RUNS = 10;

/** What the verdict rests on: the interval of the out-of-sample match, that of `excessOf`, and the match where only
 * earlier runs were learned from. */
export interface Evidence {
  readonly match: MeanInterval;
  readonly excess: MeanInterval;
  readonly forward: Pick<WalkForward, 'match_rate' | 'needed'> | null;
}

/** A match where each row was predicted from earlier runs alone. */
export interface WalkForward {
  readonly match_rate: number;
  /** What it must exceed: the threshold, or what the commonest label of these rows and the margin ask for. */
  readonly needed: number;
  /** Rows and runs predicted: the second half of the runs. */
  readonly rows: number;
  readonly runs: number;
  /** Match over the newest fifth of all runs, and its rows. */
  readonly newest: { readonly match_rate: number; readonly rows: number };
}

/** The share that a rule must match, where always giving the commonest label matches `baseline`. */
export function barOf(baseline: number, margin: number): number {
  return baseline + margin * (1 - baseline);
}

/** The verdict on a rule; evidence is null for too few runs. */
export function judge(
  evidence: Evidence | null,
  { threshold }: Pick<VerdictOptions, 'threshold'>,
): RuleVerdict {
  if (!evidence) return { verdict: 'inconclusive', reason: 'too_few_runs', runs_needed: null };
  const { match, excess, forward } = evidence;
  const [matches, exceeds] = [sideOf(match, threshold), sideOf(excess, 0)];
  if (matches === 'below') return settled('not_explained', 'below_threshold');
  if (exceeds === 'below') return settled('not_explained', 'not_above_baseline');
  const isClear = matches === 'above' && exceeds === 'above';
  if (isClear && match.clusters >= MIN_RUNS) {
    if (forward && forward.match_rate > forward.needed) return settled('explained', 'above_both');
    return { verdict: 'inconclusive', reason: 'not_forward', runs_needed: null };
  }
  const needed = runsNeeded([
    {
      open: matches === 'unclear',
      good: match.mean > threshold,
      needed: () => match.clustersNeeded(threshold),
    },
    { open: exceeds === 'unclear', good: excess.mean > 0, needed: () => excess.clustersNeeded(0) },
  ]);
  return {
    verdict: 'inconclusive',
    reason:
      match.clusters < MIN_RUNS ? 'too_few_runs' : matches === 'unclear' ? 'match_unclear' : 'excess_unclear',
    runs_needed: isClear ? MIN_RUNS : needed && Math.max(needed, MIN_RUNS),
  };
}

function settled(verdict: RuleVerdict['verdict'], reason: RuleVerdict['reason']): RuleVerdict {
  return { verdict, reason, runs_needed: null };
}

interface Condition {
  readonly open: boolean;
  readonly good: boolean;
  readonly needed: () => number | null;
}

/** A failed condition refutes the rule. If none fails, all open conditions must be confirmed. */
function runsNeeded(conditions: readonly Condition[]): number | null {
  const refuting = conditions.filter(({ good }) => !good);
  if (refuting.length > 0) {
    const counts = refuting.flatMap(({ needed }) => needed() ?? []);
    return counts.length > 0 ? Math.min(...counts) : null;
  }
  const counts = conditions.filter(({ open }) => open).map(({ needed }) => needed());
  return counts.some((count) => count === null) ? null : Math.max(...(counts as number[]));
}
