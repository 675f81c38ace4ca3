import type { Interval } from '../../results/parts.ts';
import type { AgreementClaim } from '../../results/summary.ts';
import { type MeanInterval, meanInterval, sideOf } from '../../statistics/mean-interval.ts';
import { type ClusteredScore, totalsByCluster } from './clusters.ts';

const VERDICTS = {
  above: { verdict: 'interchangeable', verdict_reason: 'above_threshold' },
  below: { verdict: 'not', verdict_reason: 'below_threshold' },
  unclear: { verdict: 'inconclusive', verdict_reason: 'interval_spans_threshold' },
  unknown: { verdict: 'inconclusive', verdict_reason: 'too_few_runs' },
} as const;

/** Judges scores in [0, 1] by their clusters. `level` is the confidence level. */
export function claimAgreement(
  scores: readonly ClusteredScore[],
  { threshold, level }: { readonly threshold: number; readonly level: number },
): AgreementClaim {
  const totals = totalsByCluster(scores);
  const found = meanInterval(totals, level);
  const side = found ? sideOf(found, threshold) : 'unknown';
  return {
    interval: writtenInterval(found),
    runs: totals.sizes.length,
    verdict_by: 'interval',
    ...VERDICTS[side],
    runs_needed: found && side === 'unclear' ? found.clustersNeeded(threshold) : null,
  };
}

/** The claim on replays that the sequential test ended: an interval of scores whose number depends on their values no
 * longer covers as often as it says, and decides nothing. */
export function claimByTest(claim: AgreementClaim, decision: 'above' | 'below'): AgreementClaim {
  return { ...claim, ...VERDICTS[decision], verdict_by: 'sequential_test', runs_needed: null };
}

export function writtenInterval(found: MeanInterval | Interval | null): Interval | null {
  return found && { low: found.low, high: found.high, level: found.level };
}
