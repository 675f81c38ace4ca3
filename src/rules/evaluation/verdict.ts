import { type MeanInterval, MIN_CLUSTERS } from '../../statistics/mean-interval.ts';
import { clustersNeeded, sideOf } from '../../statistics/verdict.ts';

/** What a rule has to show to count as an explanation. */
export interface ClaimOptions {
  /** The out-of-sample match that must be exceeded, in (0, 1). */
  readonly threshold: number;
  /** The share of rows that the baseline misses, in [0, 1), which the rule must get right beyond it. */
  readonly margin: number;
}

export interface Claim {
  readonly verdict: 'explained' | 'not_explained' | 'inconclusive';
  readonly reason:
    | 'above_both'
    | 'below_threshold'
    | 'not_above_baseline'
    | 'match_unclear'
    | 'excess_unclear'
    | 'too_few_runs';
  /** Runs, as large and as alike as these, that would settle it in four cases of five, were the truth what was found;
   * null when it is settled, or when no reasonable number would. */
  readonly runs_needed: number | null;
}

/** By how much a row speaks for the rule beyond baseline and margin: the mean of it is
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
  { threshold, margin }: ClaimOptions,
): Claim {
  if (!match || !excess || match.clusters < MIN_CLUSTERS) {
    return { verdict: 'inconclusive', reason: 'too_few_runs', runs_needed: null };
  }
  const [matches, exceeds] = [sideOf(match, threshold), sideOf(excess, 0)];
  if (matches === 'below') return settled('not_explained', 'below_threshold');
  if (exceeds === 'below') return settled('not_explained', 'not_above_baseline');
  if (matches === 'above' && exceeds === 'above') return settled('explained', 'above_both');
  const forMatch = () => clustersNeeded(match, threshold);
  const forExcess = () => clustersNeeded(excess, 0, excessRange(margin));
  return {
    verdict: 'inconclusive',
    reason: matches === 'unclear' ? 'match_unclear' : 'excess_unclear',
    runs_needed: runsNeeded([
      { open: matches === 'unclear', good: match.mean > threshold, needed: forMatch },
      { open: exceeds === 'unclear', good: excess.mean > 0, needed: forExcess },
    ]),
  };
}

function settled(verdict: Claim['verdict'], reason: Claim['reason']): Claim {
  return { verdict, reason, runs_needed: null };
}

interface Condition {
  readonly open: boolean;
  readonly good: boolean;
  readonly needed: () => number | null;
}

/** One failure refutes; otherwise all that is open must be confirmed. */
function runsNeeded(conditions: readonly Condition[]): number | null {
  const refuting = conditions.filter(({ good }) => !good);
  if (refuting.length > 0) {
    const counts = refuting.flatMap(({ needed }) => needed() ?? []);
    return counts.length > 0 ? Math.min(...counts) : null;
  }
  const counts = conditions.filter(({ open }) => open).map(({ needed }) => needed());
  return counts.some((count) => count === null) ? null : Math.max(...(counts as number[]));
}
