import type { CostPerDecision } from '../../results/summary.ts';
import type { Answered } from './observations.ts';

const DAYS_A_MONTH = 30;

/** What answers cost, invalid ones too, beside the captured calls of the same decisions. `replayable` are the captures
 * that could be put to the target, in the `days` since the first of them. */
export function costPerDecision(
  answers: readonly Pick<Answered, 'listUsd' | 'originalUsd'>[],
  { replayable, days }: { readonly replayable: number; readonly days: number },
): CostPerDecision {
  const pairs = answers.flatMap(({ originalUsd, listUsd }) =>
    originalUsd === null || listUsd === null ? [] : [originalUsd - listUsd],
  );
  const monthly = (replayable / days) * DAYS_A_MONTH;
  const saving = meanOf(pairs);
  return {
    original: meanOf(answers.map(({ originalUsd }) => originalUsd)),
    target: meanOf(answers.map(({ listUsd }) => listUsd)),
    decisions_per_month: monthly,
    saving_per_month_usd: saving && saving.usd * monthly,
  };
}

function meanOf(costs: readonly (number | null)[]): CostPerDecision['target'] {
  const known = costs.filter((usd) => usd !== null);
  if (known.length === 0) return null;
  return { usd: known.reduce((sum, usd) => sum + usd, 0) / known.length, n: known.length };
}
