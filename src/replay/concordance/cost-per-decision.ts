import type { CostPerDecision } from '../../results/summary.ts';
import type { Observation } from './observations.ts';

const DAYS_A_MONTH = 30;

/** `replayable` are the captures of the window that could be put to the target. */
export function costPerDecision(
  observations: readonly Observation[],
  { replayable, windowDays }: { readonly replayable: number; readonly windowDays: number },
): CostPerDecision {
  const original = meanOf(observations.map(({ originalUsd }) => originalUsd));
  const target = meanOf(observations.map(({ listUsd }) => listUsd));
  const monthly = (replayable / windowDays) * DAYS_A_MONTH;
  return {
    original,
    target,
    decisions_per_month: monthly,
    saving_per_month_usd: original && target ? (original.usd - target.usd) * monthly : null,
  };
}

function meanOf(costs: readonly (number | null)[]): CostPerDecision['target'] {
  const known = costs.filter((usd) => usd !== null);
  if (known.length === 0) return null;
  return { usd: known.reduce((sum, usd) => sum + usd, 0) / known.length, n: known.length };
}
