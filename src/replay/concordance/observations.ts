import type { Agreement } from '../../agents/family.ts';
import { clusterOf } from '../../corpus/listing.ts';
import type { ReplayFailure } from '../../results/parts.ts';
import { append, type Counts, increment } from '../../shared/tally.ts';
import type { ClusteredScore } from './clusters.ts';
import type { TargetRun } from './target-run.ts';

/** A scored answer. */
interface Observation {
  readonly key: string;
  readonly agreement: Agreement;
  readonly cluster: string;
  readonly day: string;
  readonly usd: number | null;
  readonly latencyMs: number | null;
}

/** Any answer. One that is none, such as a refusal, disagrees: it cannot be acted on. */
export interface Answered extends ClusteredScore {
  /** What the call costs by list price, and what the captured one cost, USD; null where unknown. */
  readonly listUsd: number | null;
  readonly originalUsd: number | null;
}

/** What one model's replays came to. */
export interface Observed {
  /** By family id, in work order: the same ones give the same bytes, whatever order the answers came in. */
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  /** By family id, in work order: the observations, and the invalid answers as a score of 0. */
  readonly answers: ReadonlyMap<string, readonly Answered[]>;
  readonly failures: readonly ReplayFailure[];
  /** Candidates not sent because their family was decided, by family id. */
  readonly stopped: Counts;
  /** Candidates not reached for the budget. */
  readonly notReached: number;
}

export function observe({ candidates, results, stops }: TargetRun): Observed {
  const observations = new Map<string, Observation[]>();
  const answers = new Map<string, Answered[]>();
  const failures: ReplayFailure[] = [];
  const stopped: Record<string, number> = {};
  let notReached = 0;
  for (const candidate of candidates) {
    const { family, key, day } = candidate.entry;
    const result = results.get(candidate);
    const failed = (kind: ReplayFailure['kind'], { reason, error }: { reason: string; error: string }) =>
      failures.push({ artifact_key: key, agent_id_base: family.id, kind, reason, error });
    if (!result) {
      if (stops?.get(family.id)?.isSure) increment(stopped, family.id);
      else notReached += 1;
    } else if ('reason' in result) {
      failed('call', result);
    } else {
      const { latency_ms: latencyMs, paid, listUsd } = result.call;
      const { scored } = result;
      const { originalUsd } = candidate;
      const cluster = clusterOf(candidate.entry);
      const value = 'agreement' in scored ? scored.agreement.score : 0;
      append(answers, family.id, { cluster, value, listUsd, originalUsd });
      if ('reason' in scored) {
        failed('model', scored);
        continue;
      }
      const { agreement } = scored;
      append(observations, family.id, { key, agreement, cluster, day, usd: paid.usd, latencyMs });
    }
  }
  return { observations, answers, failures, stopped, notReached };
}

/** The scores of a family. */
export function scoresOf({ observations }: Observed, family: string): ClusteredScore[] {
  return (observations.get(family) ?? []).map(({ cluster, agreement }) => ({
    cluster,
    value: agreement.score,
  }));
}

/** How often each reason occurs. */
export function countReasons(found: readonly { readonly reason: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of found) increment(counts, reason);
  return counts;
}
