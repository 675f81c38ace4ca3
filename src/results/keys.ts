/** Keys of everything the program writes, relative to `--out`. */

export function analysisKey(kind: 'llm' | 'deterministic', agent: string, runId: string): string {
  return `${kind === 'llm' ? '_counterfactual' : '_counterfactual_controls'}/${agent}/${runId}.json`;
}

export function latestKey(key: string): string {
  return `${key.slice(0, key.lastIndexOf('/'))}/latest.json`;
}

/** A job of an array has its own result beside that of the job that folds it. */
export function resultKey(runKey: string, job: string, arrayIndex?: number): string {
  return `_replay_runs/${runKey}/${job}${arrayIndex === undefined ? '' : `.${arrayIndex}`}.json`;
}

/** What people open of a run, over both jobs. */
export function reportKey(runKey: string): string {
  return `_replay_runs/${runKey}/report.html`;
}

/** The envelope alone: small enough for a state machine to read. */
export function envelopeKey(runKey: string, job: string): string {
  return `_replay_runs/${runKey}/${job}.summary.json`;
}

export function metricsFileKey(runId: string, job: string): string {
  return `_metrics/${runId}_${job}.ndjson`;
}

/** Who claims the emission of a series of a run's metrics; a later claim takes over from one that died. */
export function metricsClaimKey(runId: string, series: string, claim: number): string {
  return `_replay_runs/${runId}/${series}.metrics.${claim}.json`;
}

export function summaryKey(runId: string, model: string): string {
  return `_replay_summary/${runId}_${modelSegment(model)}.json`;
}

/** Research agents share one run id: the whole agent id keeps their replays apart. */
export function replayKey(
  runId: string,
  agentId: string,
  artifactRunId: string,
  originalModel: string,
  targetModel: string,
): string {
  const models = `${modelSegment(originalModel)}_vs_${modelSegment(targetModel)}`;
  return `_replay/${runId}/${agentId}/${artifactRunId}_${models}.json`;
}

export function costRowsKey(day: string, runId: string, n: number): string {
  return `_cost_raw/${day}/${runId}/replay-concordance.${n}.jsonl`;
}

/** A model's name as part of a key. */
export function modelSegment(model: string): string {
  return model.replace(/[:/]/g, '-');
}

/** Recorded answers are nobody's real ones: they never stand in for a call that is paid for. */
export function callCachePrefix(transport: 'messages' | 'batches' | 'recorded'): string {
  return transport === 'recorded' ? '_replay_cache/recorded' : '_replay_cache';
}
