import * as batch from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { DEFINITIONS } from '../../src/settings/schema.ts';
import { readSettings } from '../../src/settings/settings.ts';
import type { Rule } from './evaluate-on-exit.ts';
import { fileOf, textOf, VALUES } from './files.ts';
import { faultsOf } from './service-model.ts';

const definition = fileOf('job-definition.json');
const container = definition.containerProperties;
const rules: Rule[] = definition.retryStrategy.evaluateOnExit;

/** MiB that go with a number of vCPUs on Fargate: least, most, step. */
const MEMORY: Readonly<Record<string, readonly [number, number, number]>> = {
  '1': [2048, 8192, 1024],
  '2': [4096, 16384, 1024],
  '4': [8192, 30720, 1024],
  '8': [16384, 61440, 4096],
  '16': [32768, 122880, 8192],
};

describe('the requests to Batch', () => {
  it.each([
    ['job-definition.json', batch.RegisterJobDefinitionRequest$],
    ['compute-environment.json', batch.CreateComputeEnvironmentRequest$],
    ['job-queue.json', batch.CreateJobQueueRequest$],
  ])('%s is in the shape that the service takes', (path, shape) => {
    expect(faultsOf(shape, fileOf(path))).toEqual([]);
  });

  it('would be found to have unknown, missing and mistyped fields', () => {
    const changed = structuredClone(definition);
    delete changed.type;
    changed.containerProperties.stopTimeout = 120;
    changed.containerProperties.resourceRequirements[0].value = 2;
    changed.retryStrategy.evaluateOnExit[0].onStatus = '*';
    expect(faultsOf(batch.RegisterJobDefinitionRequest$, changed)).toEqual([
      '$.type: missing',
      '$.retryStrategy.evaluateOnExit[0].onStatus: unknown',
      '$.containerProperties.resourceRequirements[0].value: expected a string, found a number',
      '$.containerProperties.stopTimeout: unknown',
    ]);
  });

  it('names values that the service knows', () => {
    const known: [unknown, object][] = [
      [definition.type, batch.JobDefinitionType],
      [definition.platformCapabilities[0], batch.PlatformCapability],
      [container.networkConfiguration.assignPublicIp, batch.AssignPublicIp],
      [container.logConfiguration.logDriver, batch.LogDriver],
      [container.resourceRequirements[0].type, batch.ResourceType],
      [container.resourceRequirements[1].type, batch.ResourceType],
      [fileOf('compute-environment.json').type, batch.CEType],
      [fileOf('compute-environment.json').computeResources.type, batch.CRType],
      [fileOf('job-queue.json').state, batch.JQState],
      ...rules.map(({ action }): [unknown, object] => [action, batch.RetryAction]),
    ];
    for (const [value, values] of known) expect(Object.values(values)).toContain(value);
  });
});

describe('the job definition', () => {
  it('is for Fargate, with a pair of vCPUs and memory that Fargate has', () => {
    expect(definition.platformCapabilities).toEqual(['FARGATE']);
    expect(container.executionRoleArn).toMatch(/^arn:aws:iam::\d{12}:role\/replay-batch-execution$/);
    const { VCPU, MEMORY: memory } = Object.fromEntries(
      container.resourceRequirements.map(({ type, value }: Record<string, string>) => [type, value]),
    );
    const [least, most, step] = MEMORY[VCPU] ?? [0, 0, 1];
    expect(Number(memory)).toBeGreaterThanOrEqual(least);
    expect(Number(memory)).toBeLessThanOrEqual(most);
    expect((Number(memory) - least) % step).toBe(0);
  });

  it.each(['ARM64', 'X86_64'])('is for %s once that is filled in', (ARCHITECTURE) => {
    const filled = fileOf('job-definition.json', { ...VALUES, ARCHITECTURE });
    expect(filled.containerProperties.runtimePlatform.cpuArchitecture).toBe(ARCHITECTURE);
  });

  it('gives the program settings that it takes, and the key as a secret alone', () => {
    const environment = Object.fromEntries(
      container.environment.map(({ name, value }: Record<string, string>) => [name, value]),
    );
    const settings = DEFINITIONS.map(({ env }) => env);
    for (const name of Object.keys(environment)) {
      expect(name.startsWith('AWS_BATCH')).toBe(false);
      expect(['AWS_REGION', ...settings]).toContain(name);
    }
    expect(JSON.stringify(environment)).not.toMatch(/key|secret|token|password/i);
    expect(container.secrets).toEqual([{ name: 'ANTHROPIC_API_KEY', valueFrom: VALUES.SECRET_ARN }]);
    expect(textOf('job-definition.json')).not.toMatch(/sk-ant|AKIA/);
    const { corpus, out } = readSettings(['counterfactual'], environment, new Date());
    expect([corpus, out]).toEqual(Array(2).fill(`s3://${VALUES.BUCKET}/decision_artifacts`));
  });

  it('lets an attempt be ended by its own timeout before the state machine ends the job', () => {
    const { attemptDurationSeconds } = definition.timeout;
    expect(attemptDurationSeconds).toBeGreaterThanOrEqual(60);
    const states = Object.values<{ Resource?: string; TimeoutSeconds?: number }>(
      fileOf('state-machine.json').States,
    ).filter(({ Resource }) => Resource?.includes('batch'));
    for (const { TimeoutSeconds } of states) {
      expect(TimeoutSeconds).toBeGreaterThan(definition.retryStrategy.attempts * attemptDurationSeconds);
    }
  });
});
