import { sum } from 'd3-array';
import { FAMILIES } from '../../agents/registry.ts';
import type { CeilingSummary, RelativeAgreement } from '../../results/summary.ts';
import { meanInterval } from '../../statistics/mean-interval.ts';
import { ratioInterval } from '../../statistics/ratio-interval.ts';
import { writtenInterval } from './agreement-verdict.ts';
import { type ClusteredScore, meanOf, totalsByCluster } from './clusters.ts';
import type { NoiseCeiling } from './noise-ceiling.ts';
import { observe } from './observations.ts';
import { sumOfCosts, type TargetRun } from './target-run.ts';

/** A ceiling's replays, summed up, and what the targets are compared with. `level` is that of its intervals. */
export function sumUpCeiling({ requested, replays, skips, unavailable }: NoiseCeiling, level: number) {
  const observed = replays.map(observe);
  const ownScoresOf = (family: string) =>
    observed.flatMap(({ observations }) => observations.get(family) ?? []);
  const lost = sum(observed, ({ notReached }, index) =>
    unavailable.has(replays[index] as TargetRun) ? notReached : 0,
  );
  const unreached = sum(observed, ({ notReached }) => notReached) - lost;
  const perAgent = FAMILIES.flatMap(({ id }) => {
    const models = replays.flatMap(({ target }, index) =>
      observed[index]?.observations.has(id) ? [target.params.model] : [],
    );
    return models.length > 0 ? [agentCeiling(id, models, ownScoresOf(id), level)] : [];
  });
  const summary: CeilingSummary = {
    requested,
    sampled: sum(replays, ({ candidates }) => candidates.length),
    scored: sum(perAgent, ({ n }) => n),
    complete: unreached === 0,
    n_artifacts_skipped_for_budget: unreached,
    skips: { ...skips, ...(lost > 0 && { original_model_unavailable: lost }) },
    models_unavailable: [...unavailable].map(([{ target }, error]) => ({
      model: target.params.model,
      error,
    })),
    failures: observed.flatMap(({ failures }) => failures),
    per_agent: perAgent,
    cost: sumOfCosts(replays.map(({ cost }) => cost)),
    cache: {
      hits: sum(replays, ({ cache }) => cache.hits),
      misses: sum(replays, ({ cache }) => cache.misses),
    },
  };

  /** A target's scores of one agent, relative to the agent's ceiling; null where either has too few runs to tell. */
  function relative(family: string, scores: readonly ClusteredScore[]): RelativeAgreement | null {
    const numbers = new Map<string, number>();
    const target = totalsByCluster(scores, numbers);
    const found = ratioInterval(target, totalsByCluster(ownScoresOf(family), numbers), level);
    return found && { ratio: found.ratio, low: found.low, high: found.high, level: found.level };
  }
  return { summary, relative };
}

function agentCeiling(
  id: string,
  models: readonly string[],
  scores: readonly ClusteredScore[],
  level: number,
): CeilingSummary['per_agent'][number] {
  const totals = totalsByCluster(scores);
  return {
    agent_id_base: id,
    models,
    n: scores.length,
    mean: meanOf(scores),
    runs: totals.sizes.length,
    interval: writtenInterval(meanInterval(totals, level)),
  };
}
