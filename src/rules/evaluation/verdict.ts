import { min } from 'd3-array';
import type { EvaluatedFit, EvaluatedRule } from '../../results/rules.ts';
import { type MeanInterval, sideOf } from '../../statistics/mean-interval.ts';

/** What a rule must reach to count as an explanation. */
export type VerdictOptions = Pick<EvaluatedFit['evaluation'], 'threshold' | 'margin'>;

/** What is known of a rule from labels that it had not seen. */
export type Judged = NonNullable<EvaluatedRule['without_own_output']>;

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
  readonly forward: Pick<NonNullable<Judged['walk_forward']>, 'match_rate' | 'needed'> | null;
}

/** The share that a rule must match, where always giving the commonest label matches `baseline`. */
export function barOf(baseline: number, margin: number): number {
  return baseline + margin * (1 - baseline);
}

/** The verdict on a rule; evidence is null for too few runs. */
export function judge(
  evidence: Evidence | null,
  { threshold }: Pick<VerdictOptions, 'threshold'>,
): Pick<Judged, 'verdict' | 'reason' | 'runs_needed'> {
  if (!evidence) return { verdict: 'inconclusive', reason: 'too_few_runs', runs_needed: null };
  const { match, excess, forward } = evidence;
  const conditions = [
    { interval: match, bar: threshold, side: sideOf(match, threshold) },
    { interval: excess, bar: 0, side: sideOf(excess, 0) },
  ] as const;
  const [{ side: matches }, { side: exceeds }] = conditions;
  if (matches === 'below' || exceeds === 'below') {
    const reason = matches === 'below' ? 'below_threshold' : 'not_above_baseline';
    return { verdict: 'not_explained', reason, runs_needed: null };
  }
  const isClear = matches === 'above' && exceeds === 'above';
  if (isClear && match.clusters >= MIN_RUNS) {
    return forward && forward.match_rate > forward.needed
      ? { verdict: 'explained', reason: 'above_both', runs_needed: null }
      : { verdict: 'inconclusive', reason: 'not_forward', runs_needed: null };
  }
  const unclear = matches === 'unclear' ? 'match_unclear' : 'excess_unclear';
  const needed = isClear ? MIN_RUNS : runsNeeded(conditions);
  return {
    verdict: 'inconclusive',
    reason: match.clusters < MIN_RUNS ? 'too_few_runs' : unclear,
    runs_needed: needed && Math.max(needed, MIN_RUNS),
  };
}

interface Condition {
  readonly interval: MeanInterval;
  /** What the interval must be clear of. */
  readonly bar: number;
  readonly side: ReturnType<typeof sideOf>;
}

/** A failed condition refutes the rule. If none fails, all open conditions must be confirmed. */
function runsNeeded(conditions: readonly Condition[]): number | null {
  const neededBy = (some: readonly Condition[]) =>
    some.map(({ interval, bar }) => interval.clustersNeeded(bar));
  const failed = conditions.filter(({ interval, bar }) => interval.mean <= bar);
  if (failed.length > 0) return min(neededBy(failed).filter((count) => count !== null)) ?? null;
  const needed = neededBy(conditions.filter(({ side }) => side === 'unclear'));
  return needed.includes(null) ? null : Math.max(...(needed as number[]));
}
