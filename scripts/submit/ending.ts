import type { JobDetail } from '@aws-sdk/client-batch';
import { ReplayError } from '../../src/shared/errors.ts';
import type { JsonObject } from '../../src/shared/json.ts';
import { type Attempt, attemptsOf, exitCodeOf } from './attempts.ts';
import type { Batch } from './batch.ts';
import { logTail } from './logs.ts';
import { readResult } from './result.ts';

export interface Ending {
  readonly status: string;
  readonly status_reason: string | null;
  readonly exit_code: number;
  readonly attempts: readonly Attempt[];
  /** The run's envelope; null where there is none. */
  readonly result: JsonObject | null;
}

interface Run {
  readonly batch: Batch;
  readonly out: string;
  /** Null when the job writes nothing. */
  readonly envelopeKey: string | null;
  readonly logs: boolean;
  readonly say: (line: string) => void;
}

/** What came of jobs that have ended: the last one's exit code and result. What cannot be shown is said, and changes
 * no exit code. */
export async function endingOf(details: readonly JobDetail[], run: Run): Promise<Ending> {
  const job = details.at(-1) as JobDetail;
  const ran = (job.attempts ?? []).length > 0;
  const array = details.find(({ arrayProperties }) => arrayProperties?.size);
  const failedChild =
    array?.status === 'FAILED' ? await orSay(run, () => sayFailures(array, run)) : undefined;
  if (run.logs) await orSay(run, () => sayLog(ran ? job : (failedChild ?? job), run));
  const { envelopeKey: key, out } = run;
  const result =
    ran && key !== null
      ? await orSay(run, () => readResult(out, key, job.status === 'SUCCEEDED'))
      : undefined;
  return {
    status: `${job.status}`,
    status_reason: job.statusReason ?? null,
    exit_code: exitCodeOf(job),
    attempts: attemptsOf(job),
    result: result ?? null,
  };
}

/** Says which children failed, and gives the first of them. */
async function sayFailures(array: JobDetail, { batch, say }: Run): Promise<JobDetail | undefined> {
  const children = await batch.failedChildren(`${array.jobId}`);
  for (const { arrayProperties, container, statusReason } of children.slice(0, 5)) {
    say(
      `child ${arrayProperties?.index} failed, exit ${container?.exitCode ?? 'unknown'} (${statusReason ?? container?.reason ?? 'no reason given'})`,
    );
  }
  say('finished partitions are kept, and the fold does what is missing');
  const first = children[0]?.jobId;
  return first === undefined ? undefined : batch.describe(first);
}

async function sayLog(job: JobDetail, { batch, say }: Run): Promise<void> {
  const { place, lines } = await logTail(job, batch.region);
  say(`last ${lines.length} lines of ${place}:`);
  for (const line of lines) say(line);
}

async function orSay<T>({ say }: Run, show: () => Promise<T>): Promise<T | undefined> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    say(error.message);
    return undefined;
  }
}
