import type { Interval } from '../../results/parts.ts';
import type { AgreementClaim } from '../../results/summary.ts';
import { type MeanInterval, meanInterval, sideOf } from '../../statistics/mean-interval.ts';
import { type ClusteredScore, totalsByCluster } from './clusters.ts';

interface ClaimOptions {
  readonly threshold: number;
  /** Confidence level. */
  readonly level: number;
}

/** Judges scores in [0, 1] by their clusters. */
export function claimAgreement(
  scores: readonly ClusteredScore[],
  { threshold, level }: ClaimOptions,
): AgreementClaim {
  const totals = totalsByCluster(scores);
  const found = meanInterval(totals, level);
  const common = {
    interval: writtenInterval(found),
    runs: totals.sizes.length,
    verdict_by: 'interval',
  } as const;
  if (!found) {
    return { ...common, verdict: 'inconclusive', verdict_reason: 'too_few_runs', runs_needed: null };
  }
  const side = sideOf(found, threshold);
  if (side !== 'unclear') return { ...common, ...settled(side), runs_needed: null };
  return {
    ...common,
    verdict: 'inconclusive',
    verdict_reason: 'interval_spans_threshold',
    runs_needed: found.clustersNeeded(threshold),
  };
}

/** The claim on replays that the sequential test ended: an interval of scores whose number depends on their values no
 * longer covers as often as it says, and decides nothing. */
export function claimByTest(claim: AgreementClaim, decision: 'above' | 'below'): AgreementClaim {
  return { ...claim, ...settled(decision), verdict_by: 'sequential_test', runs_needed: null };
}

export function writtenInterval(found: MeanInterval | Interval | null): Interval | null {
  return found && { low: found.low, high: found.high, level: found.level };
}

function settled(side: 'above' | 'below') {
  return side === 'above'
    ? ({ verdict: 'interchangeable', verdict_reason: 'above_threshold' } as const)
    : ({ verdict: 'not', verdict_reason: 'below_threshold' } as const);
}
