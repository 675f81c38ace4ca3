import { clusterOf } from '../../corpus/listing.ts';
import type { Files } from '../../publish/files.ts';
import { cellsOf, PARQUET_TYPE, parquetOf } from '../../publish/parquet.ts';
import { AGREEMENTS, agreementsKey, type Row } from '../../results/tables.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate } from './candidate-aggregator.ts';
import type { Replayed, TargetRun } from './target-run.ts';

/** Writes a table of each target's replays, in work order. */
export async function writeAgreements(
  { runId, out, progress, signal }: Run,
  files: Files,
  targets: readonly TargetRun[],
): Promise<void> {
  progress.start('write tables', targets.length);
  for (const { target, byHash, results } of targets) {
    const { model } = target.params;
    const replays = [...byHash].flatMap(([hash, candidates]) =>
      candidates.flatMap((candidate) => {
        const replayed = results.get(candidate);
        return replayed ? [{ hash, candidate, replayed }] : [];
      }),
    );
    const rows = replays.map((replay) => rowOf(replay, model));
    const bytes = await parquetOf(AGREEMENTS, cellsOf(AGREEMENTS, rows), [0, rows.length], signal);
    const key = agreementsKey(runId, model);
    await files.attempt(key, () => out.put(key, bytes, PARQUET_TYPE));
    progress.advance();
  }
  progress.finish();
}

interface Replay {
  /** Of the call. */
  readonly hash: string;
  readonly candidate: Candidate;
  readonly replayed: Replayed;
}

function rowOf({ hash, candidate, replayed }: Replay, model: string): Row<typeof AGREEMENTS.columns> {
  const { entry, capturedAt, originalModel, originalUsd } = candidate;
  const scored = 'scored' in replayed ? replayed.scored : replayed;
  const call = 'call' in replayed ? replayed.call : undefined;
  const usage = call?.message.usage;
  return {
    agent_id_base: entry.family.id,
    agent_id: entry.agentId,
    artifact_key: entry.key,
    run: clusterOf(entry),
    captured_at: capturedAt,
    original_model: originalModel,
    target_model: model,
    agreement: 'agreement' in scored ? scored.agreement.score : null,
    valid: call && 'agreement' in scored,
    reason: 'reason' in scored ? scored.reason : null,
    cost_usd: call?.paid.usd,
    list_usd: call?.listUsd,
    original_usd: originalUsd,
    input_tokens: usage?.input_tokens,
    output_tokens: usage?.output_tokens,
    cache_read_input_tokens: usage?.cache_read_input_tokens,
    cache_creation_input_tokens: usage?.cache_creation_input_tokens,
    latency_ms: call?.latency_ms,
    served_model: call?.message.model,
    provider: call?.message.provider,
    call_hash: hash,
  };
}
