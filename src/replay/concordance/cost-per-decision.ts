import type { Observation } from './observations.ts';

const DAYS_A_MONTH = 30;

interface MeanCost {
  /** Mean, USD. */
  readonly usd: number;
  /** Decisions whose cost is known. */
  readonly n: number;
}

/** What an agent's decisions cost, and what they would under the target. */
export interface CostPerDecision {
  /** Of the captured calls behind the scored answers; null where the captures tell of none. */
  readonly original: MeanCost | null;
  /** Of the answers, each in a call of its own by list price, whatever the transport of the run; null without a price. */
  readonly target: MeanCost | null;
  /** Captures of the window that can be replayed, by thirty days. Those that cannot are not counted on. */
  readonly decisions_per_month: number;
  /** Null where either cost is unknown; below zero when the target costs more. */
  readonly saving_per_month_usd: number | null;
}

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

function meanOf(costs: readonly (number | null)[]): MeanCost | null {
  const known = costs.filter((usd) => usd !== null);
  if (known.length === 0) return null;
  return { usd: known.reduce((sum, usd) => sum + usd, 0) / known.length, n: known.length };
}
