/** Keys of everything the program writes, relative to `--out`. */

export function analysisKey(kind: 'llm' | 'deterministic', agent: string, runId: string): string {
  return `${kind === 'llm' ? '_counterfactual' : '_counterfactual_controls'}/${agent}/${runId}.json`;
}

export function latestKey(key: string): string {
  return `${key.slice(0, key.lastIndexOf('/'))}/latest.json`;
}

export function resultKey(runKey: string, job: string): string {
  return `_replay_runs/${runKey}/${job}.json`;
}

export function metricsFileKey(runId: string, job: string): string {
  return `_metrics/${runId}_${job}.ndjson`;
}

/** Who claims the emission of a run's metrics; a later claim takes over from one that died. */
export function metricsClaimKey(runId: string, job: string, claim: number): string {
  return `_replay_runs/${runId}/${job}.metrics.${claim}.json`;
}
