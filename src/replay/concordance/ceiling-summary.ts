import { sum } from 'd3-array';
import { FAMILIES } from '../../agents/registry.ts';
import type { CeilingSummary, RelativeAgreement } from '../../results/summary.ts';
import { meanInterval } from '../../statistics/mean-interval.ts';
import { ratioInterval } from '../../statistics/ratio-interval.ts';
import { writtenInterval } from './agreement-verdict.ts';
import { type ClusteredScore, meanOf, totalsByCluster } from './clusters.ts';
import type { NoiseCeiling } from './noise-ceiling.ts';
import { type Observed, observe, scoresOf } from './observations.ts';
import { addCosts, NO_COST, type TargetRun } from './target-run.ts';

/** A ceiling's replays, summed up, and what the targets are compared with. */
export class SummedCeiling {
  readonly summary: CeilingSummary;
  readonly #observed: readonly Observed[];

  /** `level` is that of its intervals. */
  constructor(ceiling: NoiseCeiling, level: number) {
    const { requested, replays, skips, unavailable } = ceiling;
    const observed = replays.map(observe);
    this.#observed = observed;
    const lost = sum(observed, ({ notReached }, index) =>
      unavailable.has(replays[index] as TargetRun) ? notReached : 0,
    );
    const unreached = sum(observed, ({ notReached }) => notReached) - lost;
    const perAgent = FAMILIES.flatMap(({ id }) => {
      const models = replays.flatMap(({ target }, index) =>
        (observed[index]?.observations.get(id) ?? []).length > 0 ? [target.params.model] : [],
      );
      return models.length > 0 ? [agentCeiling(id, models, this.#scoresOf(id), level)] : [];
    });
    this.summary = {
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
      cost: replays.map(({ cost }) => cost).reduce(addCosts, NO_COST),
      cache: {
        hits: sum(replays, ({ cache }) => cache.hits),
        misses: sum(replays, ({ cache }) => cache.misses),
      },
    };
  }

  /** A target's scores of one agent, relative to the agent's ceiling; null where either has too few runs to tell. */
  relative(family: string, scores: readonly ClusteredScore[], level: number): RelativeAgreement | null {
    const numbers = new Map<string, number>();
    const target = totalsByCluster(scores, numbers);
    const found = ratioInterval(target, totalsByCluster(this.#scoresOf(family), numbers), level);
    return found && { ratio: found.ratio, low: found.low, high: found.high, level: found.level };
  }

  #scoresOf(family: string): ClusteredScore[] {
    return this.#observed.flatMap((one) => scoresOf(one, family));
  }
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
