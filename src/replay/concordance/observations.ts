import type { Agreement } from '../../agents/family.ts';
import type { ReplayFailure } from '../../results/parts.ts';
import { type ClusteredScore, runOf } from './clusters.ts';
import type { TargetRun } from './target-run.ts';

/** A scored answer. */
export interface Observation {
  readonly key: string;
  readonly agreement: Agreement;
  readonly run: string;
  readonly day: string;
  readonly usd: number | null;
  /** What the call costs by list price, and what the captured one cost, USD; null where unknown. */
  readonly listUsd: number | null;
  readonly originalUsd: number | null;
  readonly latencyMs: number | null;
}

/** What one model's replays came to. */
export interface Observed {
  /** By family id, in work order: the same ones give the same bytes, whatever order the answers came in. */
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  readonly failures: readonly ReplayFailure[];
  /** Candidates not sent because their family was decided, by family id. */
  readonly stopped: ReadonlyMap<string, number>;
  /** Candidates not reached for the budget. */
  readonly notReached: number;
}

export function observe({ byHash, results, stops }: TargetRun): Observed {
  const observations = new Map<string, Observation[]>();
  const failures: ReplayFailure[] = [];
  const stopped = new Map<string, number>();
  let notReached = 0;
  for (const candidate of [...byHash.values()].flat()) {
    const { family, key, day } = candidate.entry;
    const result = results.get(candidate);
    const failed = (kind: ReplayFailure['kind'], { reason, error }: { reason: string; error: string }) =>
      failures.push({ artifact_key: key, agent_id_base: family.id, kind, reason, error });
    if (!result) {
      if (stops?.isSure(family.id)) stopped.set(family.id, (stopped.get(family.id) ?? 0) + 1);
      else notReached += 1;
    } else if ('reason' in result) {
      failed('call', result);
    } else if ('reason' in result.scored) {
      failed('model', result.scored);
    } else {
      const list = observations.get(family.id) ?? [];
      observations.set(family.id, list);
      const { latency_ms: latencyMs, paid, listUsd } = result.call;
      const { agreement } = result.scored;
      const { originalUsd } = candidate;
      list.push({
        key,
        agreement,
        run: runOf(candidate),
        day,
        usd: paid.usd,
        listUsd,
        originalUsd,
        latencyMs,
      });
    }
  }
  return { observations, failures, stopped, notReached };
}

/** The scores of a family. */
export function scoresOf({ observations }: Observed, family: string): ClusteredScore[] {
  return (observations.get(family) ?? []).map(({ run, agreement }) => ({ run, value: agreement.score }));
}

/** How often each reason occurs. */
export function countBy(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
