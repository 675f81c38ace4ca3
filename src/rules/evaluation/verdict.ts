import { type MeanInterval, MIN_CLUSTERS, sideOf } from '../../statistics/mean-interval.ts';

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

/** The verdict on a rule: `match` is the interval of its out-of-sample match, `excess` that of `excessOf`. */
export function judge(
  match: MeanInterval | null,
  excess: MeanInterval | null,
  { threshold }: Pick<VerdictOptions, 'threshold'>,
): RuleVerdict {
  if (!match || !excess || match.clusters < MIN_CLUSTERS) {
    return { verdict: 'inconclusive', reason: 'too_few_runs', runs_needed: null };
  }
  const [matches, exceeds] = [sideOf(match, threshold), sideOf(excess, 0)];
  if (matches === 'below') return settled('not_explained', 'below_threshold');
  if (exceeds === 'below') return settled('not_explained', 'not_above_baseline');
  if (matches === 'above' && exceeds === 'above') return settled('explained', 'above_both');
  return {
    verdict: 'inconclusive',
    reason: matches === 'unclear' ? 'match_unclear' : 'excess_unclear',
    runs_needed: runsNeeded([
      {
        open: matches === 'unclear',
        good: match.mean > threshold,
        needed: () => match.clustersNeeded(threshold),
      },
      { open: exceeds === 'unclear', good: excess.mean > 0, needed: () => excess.clustersNeeded(0) },
    ]),
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
