import { mean } from 'd3-array';
import type { CostPerDecision } from '../../results/summary.ts';
import type { Answered } from './observations.ts';

/** What answers cost, invalid ones too, beside the captured calls of the same decisions. `replayable` are the captures
 * that could be put to the target, in the `months` since the first of them. */
export function costPerDecision(
  answers: readonly Pick<Answered, 'listUsd' | 'originalUsd'>[],
  { replayable, months }: { readonly replayable: number; readonly months: number },
): CostPerDecision {
  const pairs = answers.flatMap(({ originalUsd, listUsd }) =>
    originalUsd === null || listUsd === null ? [] : [originalUsd - listUsd],
  );
  const monthly = replayable / months;
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
  const usd = mean(known);
  return usd === undefined ? null : { usd, n: known.length };
}
