import * as batch from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { DEFINITIONS } from '../../src/settings/schema.ts';
import { readSettings } from '../../src/settings/settings.ts';
import type { Json } from '../e2e/program.ts';
import { requestOf } from './request.ts';
import { PARAMETERS, resourcesOf, stateMachine } from './template.ts';

const definition = requestOf(resourcesOf().ConcordanceDefinition.Properties);
const container = definition.containerProperties;

/** MiB that go with a number of vCPUs on Fargate: least, most, step. */
const MEMORY: Readonly<Record<string, readonly [number, number, number]>> = {
  '1': [2048, 8192, 1024],
  '2': [4096, 16384, 1024],
  '4': [8192, 30720, 1024],
};

it('is for Fargate, with a pair of vCPUs and memory that Fargate has', () => {
  expect(definition.platformCapabilities).toEqual([batch.PlatformCapability.FARGATE]);
  const { VCPU, MEMORY: memory } = Object.fromEntries(
    container.resourceRequirements.map(({ type, value }: Record<string, string>) => [type, value]),
  );
  const [least, most, step] = MEMORY[VCPU] ?? [0, 0, 1];
  expect(Number(memory)).toBeGreaterThanOrEqual(least);
  expect(Number(memory)).toBeLessThanOrEqual(most);
  expect((Number(memory) - least) % step).toBe(0);
});

it('tries Spot first, on demand second', () => {
  const { JobQueue, SpotCompute, OnDemandCompute } = resourcesOf();
  expect(JobQueue.Properties.ComputeEnvironmentOrder).toEqual([
    { Order: 1, ComputeEnvironment: 'arn:aws:made:SpotCompute' },
    { Order: 2, ComputeEnvironment: 'arn:aws:made:OnDemandCompute' },
  ]);
  expect(SpotCompute.Properties.ComputeResources.Type).toBe(batch.CRType.FARGATE_SPOT);
  expect(OnDemandCompute.Properties.ComputeResources.Type).toBe(batch.CRType.FARGATE);
});

describe('the container', () => {
  const environmentOf = (parameters: object) => {
    const { Environment, Secrets = [] } = resourcesOf({ ...PARAMETERS, ...parameters }).ConcordanceDefinition
      .Properties.ContainerProperties;
    const pairs = Environment.map(({ Name, Value }: Json) => [Name, Value]);
    return { environment: Object.fromEntries(pairs), secrets: Secrets.map(({ Name }: Json) => Name) };
  };

  it.each([
    [{}, {}, ['ANTHROPIC_API_KEY']],
    [{ ModelKeySecret: '' }, {}, []],
    [{ ModelPrice: 'm=1/2' }, { PRICE: 'm=1/2' }, ['ANTHROPIC_API_KEY']],
    [{ ModelEndpoint: 'https://a' }, { ANTHROPIC_BASE_URL: 'https://a' }, ['ANTHROPIC_API_KEY']],
    [
      { ModelWire: 'OPENAI', ModelEndpoint: 'https://o' },
      { OPENAI_BASE_URL: 'https://o' },
      ['OPENAI_API_KEY'],
    ],
  ])('with %o gets %o and the secrets %o', (parameters, model, secrets) => {
    const given = environmentOf(parameters);
    expect(given).toEqual({
      environment: { AWS_REGION: 'us-east-1', S3_BUCKET: 'my-bucket', ...model },
      secrets,
    });
  });

  it('gets settings that the program takes', () => {
    const { environment } = environmentOf({});
    for (const name of Object.keys(environment)) {
      expect(['AWS_REGION', ...DEFINITIONS.map(({ env }) => env)]).toContain(name);
    }
    const { corpus, out } = readSettings(['counterfactual'], environment, new Date());
    expect([corpus, out]).toEqual(Array(2).fill('s3://my-bucket/decision_artifacts'));
  });

  it('is ended by its own timeout before the state machine ends the job', () => {
    const { attempts } = definition.retryStrategy;
    const { Shares, Run } = stateMachine().States.Jobs.ItemProcessor.States;
    for (const { TimeoutSeconds } of [Shares, Run]) {
      expect(TimeoutSeconds).toBeGreaterThan(attempts * definition.timeout.attemptDurationSeconds);
    }
  });
});
