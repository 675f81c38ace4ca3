/** Keys, relative to `--out`, of what has no schema beside it. */

/** What people open of a run, over both jobs. */
export function reportKey(runKey: string): string {
  return `_replay_runs/${runKey}/report.html`;
}

/** Copies of the newest run's report and advice, under keys that stay. */
export const latestReportKey = '_replay_runs/latest.html';
export const latestAdviceKey = '_replay_runs/latest.json';

/** An agent's rule as code. */
export function ruleKey(agent: string, runId: string, language: 'py' | 'sql'): string {
  return `_rules/${agent}/${runId}.${language}`;
}

/** Who claims the emission of a series of a run's metrics; a later claim takes over from one that died. */
export function metricsClaimKey(runId: string, series: string, claim: number): string {
  return `_replay_runs/${runId}/${series}.metrics.${claim}.json`;
}

/** A model's name as part of a key. */
export function modelSegment(model: string): string {
  return model.replace(/[:/]/g, '-');
}

/** Recorded answers are nobody's real ones: they never stand in for a call that is paid for. */
export function callCachePrefix(transport: 'messages' | 'batches' | 'recorded'): string {
  return transport === 'recorded' ? '_replay_cache/recorded' : '_replay_cache';
}
