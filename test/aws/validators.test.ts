import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { requestOf } from '../container/request.ts';
import { resourcesOf } from '../container/template.ts';
import type { Json } from '../e2e/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Call = readonly [service: string, operation: string, parameters: Json];

/** What botocore, the core of the AWS command line, finds wrong with each call. */
function faultsOf(calls: readonly Call[]): string[] {
  const { stdout, stderr } = spawnSync(
    `${ROOT}/.venv/bin/python`,
    [`${ROOT}/test/python/validate_calls.py`],
    {
      input: JSON.stringify(calls),
      encoding: 'utf8',
    },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The calls of Batch that the template comes to, and the call of the upgrades page. */
function calls(): Record<string, Call> {
  const resources = resourcesOf();
  const ofBatch = (operation: string, name: string): Call => {
    const { replaceComputeEnvironment: _, ...parameters } = requestOf(resources[name]?.Properties);
    return [
      'batch',
      operation,
      { ...(operation === 'CreateComputeEnvironment' && { computeEnvironmentName: name }), ...parameters },
    ];
  };
  const page = readFileSync(`${ROOT}/docs/upgrades.md`, 'utf8');
  const [, lifecycle = ''] = /--lifecycle-configuration '(\{.*?\})'\n/s.exec(page) ?? [];
  return {
    ConcordanceDefinition: ofBatch('RegisterJobDefinition', 'ConcordanceDefinition'),
    CounterfactualDefinition: ofBatch('RegisterJobDefinition', 'CounterfactualDefinition'),
    JobQueue: ofBatch('CreateJobQueue', 'JobQueue'),
    SpotCompute: ofBatch('CreateComputeEnvironment', 'SpotCompute'),
    OnDemandCompute: ofBatch('CreateComputeEnvironment', 'OnDemandCompute'),
    lifecycle: [
      's3',
      'PutBucketLifecycleConfiguration',
      { Bucket: 'bucket', LifecycleConfiguration: JSON.parse(lifecycle) },
    ],
  };
}

it('botocore takes every call of the template and of the documents', () => {
  const all = calls();
  const faults = faultsOf(Object.values(all));
  expect(Object.fromEntries(Object.keys(all).map((name, index) => [name, faults[index]]))).toEqual(
    Object.fromEntries(Object.keys(all).map((name) => [name, ''])),
  );
});

it('botocore finds unknown, missing and mistyped fields in each of them', () => {
  const planted = Object.values(calls()).map(([service, operation, parameters]): Call => {
    const [first = ''] = Object.keys(parameters);
    return [service, operation, { ...parameters, [first]: 2, planted: true }];
  });
  for (const fault of faultsOf(planted)) {
    expect(fault).toContain('Unknown parameter in input: "planted"');
    expect(fault).toContain('Invalid type for parameter');
  }
});
