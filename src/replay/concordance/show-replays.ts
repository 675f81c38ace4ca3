import pMap from 'p-map';
import type { WorkerPool } from '../../pool/pool.ts';
import type { Files } from '../../publish/files.ts';
import type { Disagreement } from '../../results/concordance-run.ts';
import { type Replay, replayKey } from '../../results/replay.ts';
import type { ReplaySettings } from '../../settings/settings.ts';
import { ReplayError } from '../../shared/errors.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed, TargetRun } from './target-run.ts';
import type { Target } from './targets.ts';
import { disagreementOf, promptExcerpt, worstCases } from './worst-disagreements.ts';

const READS_IN_FLIGHT = 16;

/** Shows replays beside their captures, each of which is read again once. Writes every replay to a file of its own on
 * `persists`; one that cannot be written is noted in `files`. Resolves to the worst disagreements. */
export async function showReplays(
  run: Run<ReplaySettings>,
  pool: WorkerPool,
  files: Files,
  targets: readonly TargetRun[],
  { persists }: { readonly persists: boolean },
): Promise<Disagreement[]> {
  const { progress, signal } = run;
  const worst = worstCases(targets);
  const replays = persists
    ? targets.flatMap(({ target, results }) =>
        [...results].map(([candidate, replayed]) => ({ target, candidate, replayed })),
      )
    : [];
  const written = Map.groupBy(replays, ({ candidate }) => candidate);
  const excerpts = new Map(worst.map(({ candidate }) => [candidate, null as Disagreement['prompt']]));
  if (persists) progress.start('write replays', replays.length);
  await pMap(
    new Set([...written.keys(), ...excerpts.keys()]),
    async (candidate) => {
      const captured = await pool.readPrompt(candidate.entry).catch((error) => {
        if (error instanceof ReplayError) return error;
        throw error;
      });
      if (excerpts.has(candidate) && 'prompt' in captured) {
        excerpts.set(candidate, promptExcerpt(captured.prompt));
      }
      for (const { target, replayed } of written.get(candidate) ?? []) {
        const { entry, originalModel } = candidate;
        const { model } = target.params;
        const key = replayKey(run.runId, entry.agentId, entry.artifactRunId, originalModel, model);
        if ('prompt' in captured) {
          await files.write(key, sideBySide(run, candidate, target, replayed, captured.output));
        } else {
          files.failures.push({ key, error: captured.message });
        }
        progress.advance();
      }
    },
    { concurrency: READS_IN_FLIGHT, signal },
  );
  if (persists) progress.finish();
  return worst.map((one) => disagreementOf(one, excerpts.get(one.candidate) ?? null));
}

/** One replay beside its original. */
function sideBySide(
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
