import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { FIXTURES, filesUnder, type Json, run } from '../e2e/program.ts';
import { serve } from '../e2e/replaying.ts';
import { movedToToday } from '../e2e/today.ts';
import { type S3Request, startS3Server } from '../servers/s3/server.ts';
import { allows, BUCKET, type Call, callOf, statementsOf } from './iam.ts';
import { PARAMETERS, resourcesOf } from './template.ts';

const BATCH = 'arn:aws:batch:us-east-1:123456789012';
const put = (key: string): Call => ({
  action: 's3:PutObject',
  resource: `${BUCKET}/decision_artifacts/${key}`,
});
const metrics = (namespace: string): Call => ({
  ...{ action: 'cloudwatch:PutMetricData', resource: '*' },
  context: { 'cloudwatch:namespace': namespace },
});
const isAllowed = (role: string, call: Call) =>
  statementsOf(role).some((statement) => allows(statement, call));

/** Every call to S3 and CloudWatch of both jobs over a few captures, the newest of today. */
async function recorded(): Promise<Call[]> {
  const folder = fileURLToPath(FIXTURES);
  const wanted = (await filesUnder(folder)).filter((key) =>
    /\/(macro_economist|executor:risk_guard)\//.test(key),
  );
  const pairs = wanted.map(async (key) => [
    `decision_artifacts/${movedToToday(key)}`,
    await readFile(join(folder, key)),
  ]);
  const s3 = await startS3Server({ objects: Object.fromEntries(await Promise.all(pairs)) });
  onTestFinished(() => s3.close());
  const answer = originalModel(ofFamily(captures(), 'macro_economist'));
  const model = await serve({ answer, batch: { durationMs: 0 } });
  const namespaces: string[] = [];
  const AWS_ENDPOINT_URL_CLOUDWATCH = await cloudWatch(namespaces);
  for (const args of [
    ['counterfactual'],
    ['counterfactual', '--metrics', 'file', '--agents', 'macro_economist'],
    ['concordance', '--transport', 'batches', '--persist-replays', '--max-artifacts', '3'],
  ]) {
    const { code, envelope } = await run([...args, '--corpus', 's3://bucket/decision_artifacts'], {
      env: { ...s3.environment, ...model.environment, AWS_ENDPOINT_URL_CLOUDWATCH },
    });
    expect([code, envelope.status]).toEqual([0, 'OK']);
  }
  return [...s3.requests.map(callOf), ...namespaces.map(metrics)];
}

/** A CloudWatch that takes every datapoint and notes its namespace. */
async function cloudWatch(namespaces: string[]): Promise<string> {
  const server = createServer(async (request, response) => {
    namespaces.push(JSON.parse(Buffer.concat(await request.toArray()).toString()).Namespace);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the job', () => {
  it('may do whatever both jobs do, and nothing that neither does', async () => {
    const calls = await recorded();
    expect(new Set(calls.map(({ action }) => action)).size).toBe(4);
    const allowed = statementsOf('JobRole');
    expect(calls.filter((call) => !allowed.some((statement) => allows(statement, call)))).toEqual([]);
    const unused = statementsOf('JobRole', { ...PARAMETERS, KmsKeyArn: '' }).flatMap((statement) =>
      [statement.Resource]
        .flat()
        .filter((Resource: string) => !calls.some((call) => allows({ ...statement, Resource }, call)))
        .map((Resource: string) => `${statement.Sid} ${Resource}`),
    );
    expect(unused).toEqual([]);
  });

  it.each([
    [put('2026/07/10/ic_cio/x.json')],
    [put('_cost_raw/2026-07-11/r/thinktank-thesis.0.jsonl')],
    [put('_eval/x.json')],
    [{ action: 's3:GetObject', resource: `${BUCKET}/other/x.json` }],
    [{ action: 's3:ListBucket', resource: BUCKET, context: { 's3:prefix': 'other/' } }],
    [{ action: 's3:DeleteObject', resource: `${BUCKET}/decision_artifacts/_replay_cache/x.json` }],
    [metrics('Other')],
  ])('may not %o', (call) => {
    expect(isAllowed('JobRole', call)).toBe(false);
  });

  it('may use the key of the bucket only where there is one', () => {
    const call = { action: 'kms:GenerateDataKey', resource: PARAMETERS.KmsKeyArn };
    expect(isAllowed('JobRole', call)).toBe(true);
    const without = statementsOf('JobRole', { ...PARAMETERS, KmsKeyArn: '' });
    expect(without.map(({ Sid }) => Sid)).not.toContain('UseKey');
  });
});

const ours = { 'aws:ResourceTag/application': 'replay-batch' };
const OTHERS: [string, boolean, Call][] = [
  ['MachineRole', true, { action: 'batch:SubmitJob', resource: `${BATCH}:job-queue/replay-batch` }],
  [
    'MachineRole',
    true,
    { action: 'batch:SubmitJob', resource: `${BATCH}:job-definition/replay-batch-concordance:7` },
  ],
  ['MachineRole', false, { action: 'batch:SubmitJob', resource: `${BATCH}:job-definition/other:1` }],
  ['MachineRole', true, { action: 'batch:TerminateJob', resource: `${BATCH}:job/x`, context: ours }],
  ['MachineRole', false, { action: 'batch:TerminateJob', resource: `${BATCH}:job/x` }],
  ['MachineRole', true, callOf(read('decision_artifacts/_replay_runs/k/concordance.summary.json'))],
  ['MachineRole', false, callOf(read('decision_artifacts/_replay_cache/x.json'))],
  [
    'MachineRole',
    true,
    {
      action: 's3:ListBucket',
      resource: BUCKET,
      context: { 's3:prefix': 'decision_artifacts/_replay_runs/k/x' },
    },
  ],
  ['ExecutionRole', true, { action: 'secretsmanager:GetSecretValue', resource: PARAMETERS.ModelKeySecret }],
  [
    'ExecutionRole',
    false,
    { action: 'secretsmanager:GetSecretValue', resource: `${PARAMETERS.ModelKeySecret}x` },
  ],
  ['ScheduleRole', true, { action: 'states:StartExecution', resource: 'arn:aws:made:StateMachine' }],
];

function read(key: string): S3Request {
  return { method: 'GET', key, query: new URLSearchParams(), headers: {} };
}

it.each(OTHERS)('%s may: %s, %o', (role, may, call) => {
  expect(isAllowed(role, call)).toBe(may);
});

it('roles are assumed by one service each, for this account, and allow all resources only where AWS knows no others', () => {
  const withoutResources = ['cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'batch:DescribeJobs'];
  const services = {
    JobRole: 'ecs-tasks',
    ExecutionRole: 'ecs-tasks',
    MachineRole: 'states',
    ScheduleRole: 'scheduler',
  };
  for (const [role, service] of Object.entries(services)) {
    expect(resourcesOf()[role].Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    for (const { Action, Resource } of statementsOf(role) as Json[]) {
      if (Resource === '*') expect(withoutResources).toContain(Action);
    }
  }
});

it('the topic takes events without a condition, which EventBridge does not support here', () => {
  const statements: Json[] = resourcesOf().TopicPolicy.Properties.PolicyDocument.Statement;
  const ofEvents = statements.filter(({ Principal }) => Principal.Service === 'events.amazonaws.com');
  expect(ofEvents).toEqual([expect.not.objectContaining({ Condition: expect.anything() })]);
});
