import pMap from 'p-map';
import type { WorkerPool } from '../../pool/pool.ts';
import type { Files } from '../../publish/files.ts';
import { replayKey } from '../../results/keys.ts';
import { ReplayError } from '../../shared/errors.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed, TargetRun } from './target-run.ts';
import type { Target } from './targets.ts';

const WRITES_IN_FLIGHT = 16;

/** Writes every answered replay beside its original. A replay that cannot be written is noted in `files`. */
export async function persistReplays(
  run: Run,
  pool: WorkerPool,
  files: Files,
  targets: readonly TargetRun[],
): Promise<void> {
  const answered = targets.flatMap(({ target, results }) =>
    [...results].map(([candidate, replayed]) => ({ target, candidate, replayed })),
  );
  run.progress.start('write replays', answered.length);
  await pMap(
    answered,
    async ({ target, candidate, replayed }) => {
      const { agentId, runId } = candidate.entry;
      const key = replayKey(run.runId, agentId, runId, candidate.originalModel, target.params.model);
      try {
        const { output } = await pool.readPrompt(candidate.entry);
        await files.write(key, sideBySide(run, candidate, target, replayed, output && JSON.parse(output)));
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        files.failures.push({ key, error: error.message });
      }
      run.progress.advance();
    },
    { concurrency: WRITES_IN_FLIGHT, signal: run.signal },
  );
  run.progress.finish();
}

/** One replay beside its original. */
function sideBySide(
  run: Run,
  candidate: Candidate,
  { params }: Target,
  replayed: Replayed,
  originalOutput: unknown,
): object {
  const { agentId, runId } = candidate.entry;
  const common = {
    schema_version: 2,
    replay_run_id: run.runId,
    original_run_id: runId,
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
