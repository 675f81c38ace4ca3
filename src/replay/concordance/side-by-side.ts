import { type Replay, replayKey } from '../../results/replay.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed } from './target-run.ts';
import type { Target } from './targets.ts';

/** The key of a replay's own file. */
export function keyOf({ runId }: Run, { entry, originalModel }: Candidate, { params }: Target): string {
  return replayKey(runId, entry.agentId, entry.artifactRunId, originalModel, params.model);
}

/** One replay beside its original. */
export function sideBySide(
  run: Run,
  candidate: Candidate,
  { params }: Target,
  replayed: Replayed,
  originalOutput: unknown,
): Replay {
  const { agentId, artifactRunId } = candidate.entry;
  const common = {
    schema_version: 2 as const,
    replay_run_id: run.runId,
    original_run_id: artifactRunId,
    original_agent_id: agentId,
    original_model: candidate.originalModel,
    original_artifact_key: candidate.entry.key,
    original_decision: candidate.original.decision,
    original_output: originalOutput,
    replay_model: params.model,
  };
  if ('reason' in replayed) {
    return { ...common, replay_output_kind: 'error', replay_error: `${replayed.reason}: ${replayed.error}` };
  }
  const { scored, call } = replayed;
  const answered = {
    ...common,
    replay_output: scored.answer,
    replay_timestamp: call.paid.at,
    replay_latency_ms: call.latency_ms,
    replay_cost_usd: call.paid.usd,
  };
  return 'agreement' in scored
    ? {
        ...answered,
        replay_output_kind: 'structured',
        replay_decision: scored.decision,
        comparison: { agreement: scored.agreement.score, ...scored.agreement.diagnostics },
      }
    : { ...answered, replay_output_kind: 'invalid', replay_error: `${scored.reason}: ${scored.error}` };
}
