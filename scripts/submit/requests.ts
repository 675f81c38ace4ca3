import type { SubmitJobCommandInput } from '@aws-sdk/client-batch';
import type { Overrides } from './overrides.ts';

/** A job's part in a submission: `plain` alone, or an `array` and the `fold` that depends on it. */
export type Role = 'plain' | 'array' | 'fold';

export interface Request {
  readonly role: Role;
  readonly input: SubmitJobCommandInput;
}

/** Names are 128 characters at most; this leaves room for the role. */
const NAME_LENGTH = 120;

/** What is submitted, in order. The fold still has to be told its array's id: `after`. */
export function requestsFor(submission: {
  readonly name: string;
  readonly queue: string;
  readonly definition: string;
  readonly overrides: Overrides;
  readonly size: number;
}): Request[] {
  const { queue, definition, overrides, size } = submission;
  // Children take their share by it, and the fold knows that others have worked for its run.
  const environment = { ...overrides.environment, ...(size > 1 && { ARRAY_SIZE: `${size}` }) };
  const request = (role: Role, more: Partial<SubmitJobCommandInput> = {}): Request => ({
    role,
    input: {
      jobName: role === 'plain' ? jobName(submission.name) : `${jobName(submission.name)}-${role}`,
      jobQueue: queue,
      jobDefinition: definition,
      containerOverrides: {
        command: overrides.command,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
      ...more,
    },
  });
  // Batch takes no array of one.
  if (size === 1) return [request('plain')];
  return [request('array', { arrayProperties: { size } }), request('fold')];
}

export function after(arrayId: string, { role, input }: Request): Request {
  return { role, input: { ...input, dependsOn: [{ jobId: arrayId }] } };
}

/** Letters, digits, - and _, the first a letter or digit. */
function jobName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, NAME_LENGTH);
}
