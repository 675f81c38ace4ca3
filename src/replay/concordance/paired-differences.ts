import { FAMILIES } from '../../agents/registry.ts';
import type { PairedDifference } from '../../results/concordance-run.ts';
import { differenceInterval } from '../../statistics/difference-interval.ts';
import { writtenInterval } from './agreement-verdict.ts';
import { meanOf, totalsByCluster } from './clusters.ts';
import { type Observed, observe } from './observations.ts';
import type { TargetRun } from './target-run.ts';

/** Every two targets compared, agent by agent. */
export function pairedDifferences(
  targets: readonly TargetRun[],
  { seed, level }: { readonly seed: string; readonly level: number },
): PairedDifference[] {
  const observed = targets.map((one) => ({ model: one.target.params.model, observed: observe(one) }));
  return observed.flatMap((first, index) =>
    observed.slice(index + 1).flatMap((second) => {
      return FAMILIES.flatMap(({ id }) => {
        const values = differences(first.observed, second.observed, id);
        if (values.length === 0) return [];
        const totals = totalsByCluster(values);
        const pair = `${seed}/${id}/${first.model}/${second.model}`;
        return [
          {
            agent_id_base: id,
            first_model: first.model,
            second_model: second.model,
            n: values.length,
            mean: meanOf(values),
            runs: totals.sizes.length,
            interval: writtenInterval(differenceInterval(totals, { seed: pair, level, least: -1 })),
            after_stop: id in first.observed.stopped || id in second.observed.stopped,
          },
        ];
      });
    }),
  );
}

function differences(first: Observed, second: Observed, family: string) {
  const others = new Map((second.observations.get(family) ?? []).map((one) => [one.key, one]));
  return (first.observations.get(family) ?? []).flatMap(({ key, cluster, value }) => {
    const other = others.get(key);
    return other ? [{ cluster, value: value - other.value }] : [];
  });
}
