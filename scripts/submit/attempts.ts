import type { AttemptDetail, JobDetail } from '@aws-sdk/client-batch';

/** One attempt that is over. */
export interface Attempt {
  /** Null when the container was never started, or killed with its machine. */
  readonly exit_code: number | null;
  readonly reason: string;
  /** Fargate took the machine back: no failure of the job. */
  readonly spot: boolean;
}

const SPOT = 'Your Spot Task was interrupted';

/** The attempts of a job that are over, in order. */
export function attemptsOf({ attempts = [] }: JobDetail): Attempt[] {
  return attempts.filter(({ stoppedAt }) => stoppedAt !== undefined).map(attemptOf);
}

function attemptOf({ container, statusReason }: AttemptDetail): Attempt {
  const reasons = [statusReason, container?.reason].filter((reason) => reason !== undefined);
  return {
    exit_code: container?.exitCode ?? null,
    reason: [...new Set(reasons)].join('; '),
    spot: reasons.some((reason) => reason.startsWith(SPOT)),
  };
}

/** The job's own exit code: its last attempt's, or 1 where a job failed without one. */
export function exitCodeOf(job: JobDetail): number {
  if (job.status === 'SUCCEEDED') return 0;
  return job.attempts?.at(-1)?.container?.exitCode || 1;
}

/** An attempt in words. */
export function attemptText({ exit_code, reason, spot }: Attempt): string {
  const code = exit_code === null ? 'no exit code' : `exit ${exit_code}`;
  const why = reason && ` (${reason})`;
  if (spot) return `interrupted by Spot, ${code}${why}`;
  return `${exit_code === 0 ? 'finished' : 'failed'}, ${code}${why}`;
}
