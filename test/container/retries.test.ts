import { expect, it } from 'vitest';
import { type Ended, evaluateOnExit, type Rule } from './evaluate-on-exit.ts';
import { resourcesOf } from './template.ts';

const RULES: Record<string, string>[] =
  resourcesOf().ConcordanceDefinition.Properties.RetryStrategy.EvaluateOnExit;
const rules = RULES.map((rule) =>
  Object.fromEntries(
    Object.entries(rule).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  ),
) as unknown as Rule[];

const SPOT = 'Your Spot Task was interrupted.';
const MAINTAINED = 'ECS is performing maintenance on the underlying infrastructure hosting the task.';
const EXITED = 'Essential container in task exited';
/** What Batch or ECS says of an attempt that never started; some of it as the container's reason. */
const UNSTARTED = [
  'Timeout waiting for network interface provisioning to complete.',
  'Timeout waiting for EphemeralStorage provisioning to complete.',
  'Network interface provision failed.',
  'Unexpected EC2 error while attempting to Create Network Interface in subnet: RequestLimitExceeded',
  'Unexpected EC2 error while attempting to attach network interface to instance',
  'Rate limit exceeded while preparing network interface to be attached to instance',
  'Capacity is unavailable at this time. Please try again later or in a different availability zone',
  'Task failed to start',
  'Host EC2 (instance i-0123456789abcdef0) terminated.',
  'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times',
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed',
  'ResourceInitializationError: failed to configure ENI: failed to setup regular eni',
  'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR.',
  'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref',
  'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker',
  'CannotStartContainerError: failed to get container status',
  'CannotInspectContainerError: Could not inspect container',
  'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s',
  'ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 3m0s',
];
const RETRIED: readonly Ended[] = [
  { statusReason: SPOT },
  ...[1, 130, 137, 143].map((exitCode) => ({ exitCode, statusReason: SPOT })),
  ...UNSTARTED.flatMap((reason) => [
    { reason },
    { statusReason: reason },
    { reason, statusReason: 'Task failed to start' },
  ]),
  ...[75, 139, 143, 255].map((exitCode) => ({ exitCode, statusReason: EXITED })),
  { exitCode: 143, statusReason: MAINTAINED },
];
const STOPPED: readonly Ended[] = [
  ...[1, 2, 130, 137].map((exitCode) => ({ exitCode, statusReason: EXITED })),
  { exitCode: 137, statusReason: EXITED, reason: 'OutOfMemoryError: Container killed due to memory usage' },
];

it('are rules that Batch accepts', () => {
  expect(rules.length).toBeLessThanOrEqual(5);
  for (const { action, onExitCode, ...texts } of rules) {
    expect(['RETRY', 'EXIT']).toContain(action);
    if (onExitCode !== undefined) expect(onExitCode).toMatch(/^\d{1,511}\*?$/);
    for (const pattern of Object.values(texts)) expect(pattern).toMatch(/^[A-Za-z0-9.:\s]{0,511}\*?$/);
  }
});

it.each([
  ...RETRIED.map((ended) => ['RETRY', ended] as const),
  ...STOPPED.map((ended) => ['EXIT', ended] as const),
])('%s after %j', (action, ended) => {
  expect(evaluateOnExit(rules, ended)).toBe(action);
});
