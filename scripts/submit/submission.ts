import type { Batch } from './batch.ts';
import { jobUrl } from './console.ts';
import type { Request, Role } from './requests.ts';

/** A job that Batch took. */
export interface Submitted {
  readonly role: Role;
  readonly id: string;
  readonly name: string;
  readonly console_url: string;
}

/** Throws RunError when Batch does not take the job. */
export async function submitTo(batch: Batch, { role, input }: Request): Promise<Submitted> {
  const id = await batch.submit(input);
  return { role, id, name: `${input.jobName}`, console_url: jobUrl(batch.region, role, id) };
}

/** What can be done with a job that nobody follows. */
export function goesOn({ region }: Batch, { role, id }: Submitted): string {
  return `the ${role} job ${id} goes on; follow it with
  aws batch describe-jobs --region ${region} --jobs ${id}
end it with
  aws batch terminate-job --region ${region} --job-id ${id} --reason 'by hand'`;
}
