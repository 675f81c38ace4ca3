import { RunError } from '../../src/shared/errors.ts';
import type { Batch } from './batch.ts';
import { jobUrl } from './console.ts';
import { after, type Request, type Role } from './requests.ts';

/** A job that Batch took. */
export interface Submitted {
  readonly role: Role;
  readonly id: string;
  readonly name: string;
  readonly console_url: string;
}

/** Submits the requests in order, each dependent on the one before it. Throws RunError; when an array is left
 * without its fold, the error names it. */
export async function submitAll(batch: Batch, requests: readonly Request[]): Promise<Submitted[]> {
  const submitted: Submitted[] = [];
  for (const request of requests) {
    const previous = submitted.at(-1);
    const { role, input } = previous ? after(previous.id, request) : request;
    try {
      const id = await batch.submit(input);
      submitted.push({ role, id, name: `${input.jobName}`, console_url: jobUrl(batch.region, role, id) });
    } catch (error) {
      if (!previous || !(error instanceof RunError)) throw error;
      throw new RunError(
        `${error.message}; the array job ${previous.id} is submitted and runs: end it with ${terminateCommand(batch, previous)}, or submit the same with its --end-time-iso and without --array when it has ended`,
        { cause: error },
      );
    }
  }
  return submitted;
}

export function terminateCommand({ region }: Batch, { id }: Submitted): string {
  return `aws batch terminate-job --region ${region} --job-id ${id} --reason 'by hand'`;
}

export function describeCommand({ region }: Batch, jobs: readonly Submitted[]): string {
  return `aws batch describe-jobs --region ${region} --jobs ${jobs.map(({ id }) => id).join(' ')}`;
}
