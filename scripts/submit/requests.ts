import type { SubmitJobCommandInput } from '@aws-sdk/client-batch';
import { SettingsError } from '../../src/shared/errors.ts';
import type { Overrides } from './overrides.ts';

/** A job's part in a submission: `plain` alone, or an `array` and the `fold` that depends on it. */
export type Role = 'plain' | 'array' | 'fold';

export interface Request {
  readonly role: Role;
  readonly input: SubmitJobCommandInput;
}

/** Names are 128 characters at most; this leaves room for the role. */
const NAME_LENGTH = 120;

/** Batch's own limit. */
const OVERRIDES_LENGTH = 8192;

/** What is submitted, in order: the fold after its array. Throws SettingsError when Batch would not take as much. */
export function requestsFor(submission: {
  readonly job: string;
  readonly runKey: string;
  readonly queue: string;
  readonly definition: string;
  readonly overrides: Overrides;
  readonly size: number;
}): Request[] {
  const { job, runKey, queue, definition, overrides, size } = submission;
  // Children take their partition by it, and the fold knows that others have worked for its run.
  const environment = { ...overrides.environment, ...(size > 1 && { ARRAY_SIZE: `${size}` }) };
  const containerOverrides = {
    command: overrides.command,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
  };
  const { length } = JSON.stringify(containerOverrides);
  if (length > OVERRIDES_LENGTH) {
    throw new SettingsError(
      `expected settings of at most ${OVERRIDES_LENGTH} characters, found ${length}; Batch takes no more: set some in the job definition`,
    );
  }
  const name = jobName(`replay-${job}-${runKey}`);
  const request = (role: Role, more: Partial<SubmitJobCommandInput> = {}): Request => ({
    role,
    input: {
      jobName: role === 'plain' ? name : `${name}-${role}`,
      jobQueue: queue,
      jobDefinition: definition,
      containerOverrides,
      tags: { application: 'replay-batch', run_key: runKey },
      propagateTags: true,
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
