/** How an attempt of a job ended; what Batch does not know is absent. */
export interface Ended {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly statusReason?: string;
}

export interface Rule {
  readonly onExitCode?: string;
  readonly onReason?: string;
  readonly onStatusReason?: string;
  readonly action: string;
}

/** What Batch does after a failed attempt that is not the last: the first rule decides all of whose patterns match,
 * and without one the job is retried. */
export function evaluateOnExit(rules: readonly Rule[], ended: Ended): 'RETRY' | 'EXIT' {
  const matches = (pattern: string | undefined, text = '') =>
    pattern === undefined ||
    (pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern);
  const rule = rules.find(
    ({ onExitCode, onReason, onStatusReason }) =>
      matches(onExitCode, ended.exitCode?.toString()) &&
      matches(onReason, ended.reason) &&
      matches(onStatusReason, ended.statusReason),
  );
  return rule?.action.toUpperCase() === 'EXIT' ? 'EXIT' : 'RETRY';
}
