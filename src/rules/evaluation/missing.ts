import type { EvaluatedRule, Missing } from '../../results/rules.ts';
import { MIN_CLUSTERS } from '../../statistics/mean-interval.ts';
import type { Judged } from './verdict.ts';

/** A label is caught when the lower limit of its recall is above this. */
const CAUGHT = 0.5;

/** What this window's rows tell against a rule that explains them; nothing of one that does not. `without` is what the
 * same kind of rule is worth without `inputs`, where the agent has some that are its own earlier output. */
export function missingForReplace(
  { verdict, walk_forward: forward }: Judged,
  recalls: NonNullable<EvaluatedRule['recalls']>,
  threshold: number,
  without?: Judged & { readonly inputs: readonly string[] },
): Missing[] {
  if (verdict !== 'explained') return [];
  const labels = recalls.flatMap(({ label, rows, runs, caught, low }): Missing[] => {
    if (runs < MIN_CLUSTERS || low === null) return [{ reason: 'label_rare', label, runs }];
    return low > CAUGHT ? [] : [{ reason: 'label_missed', label, missed: rows - caught, rows }];
  });
  const refuted = forward && forward.newest.match_rate < threshold;
  const match_rate = without?.out_of_sample?.match_rate ?? null;
  return [
    ...labels,
    ...(refuted ? [{ reason: 'newest_refuted' as const, match_rate: forward.newest.match_rate }] : []),
    ...(without && without.verdict !== 'explained'
      ? [{ reason: 'own_output' as const, inputs: [...without.inputs], match_rate }]
      : []),
  ];
}
