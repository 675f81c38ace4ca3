import type { Agreement } from '../../agents/family.ts';
import { clusterOf } from '../../corpus/listing.ts';
import type { ReplayFailure } from '../../results/parts.ts';
import { append, increment } from '../../shared/tally.ts';
import type { ClusteredScore } from './clusters.ts';
import type { TargetRun } from './target-run.ts';

/** Any answer. One that is none, such as a refusal, disagrees: it cannot be acted on. */
export interface Answered extends ClusteredScore {
  /** What the call costs by list price, and what the captured one cost, USD; null where unknown. */
  readonly listUsd: number | null;
  readonly originalUsd: number | null;
}

/** A scored answer. */
interface Observation extends Answered {
  readonly key: string;
  readonly agreement: Agreement;
  readonly day: string;
  readonly usd: number | null;
  readonly latencyMs: number | null;
}

export type Observed = ReturnType<typeof observe>;

/** What one model's replays came to. */
export function observe({ candidates, results, stops }: TargetRun) {
  /** By family id, in work order: the same ones give the same bytes, whatever order the answers came in. */
  const observations = new Map<string, Observation[]>();
  /** By family id, in work order: the observations, and the invalid answers as a score of 0. */
  const answers = new Map<string, Answered[]>();
  const failures: ReplayFailure[] = [];
  /** Candidates not sent because their family was decided, by family id. */
  const stopped: Record<string, number> = {};
  /** Candidates not reached for the budget. */
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
      const answered = { cluster, value, listUsd, originalUsd };
      append(answers, family.id, answered);
      if ('reason' in scored) {
        failed('model', scored);
      } else {
        const { agreement } = scored;
        append(observations, family.id, { ...answered, key, agreement, day, usd: paid.usd, latencyMs });
      }
    }
  }
  return { observations, answers, failures, stopped, notReached };
}

/** How often each reason occurs. */
export function countReasons(found: readonly { readonly reason: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of found) increment(counts, reason);
  return counts;
}
