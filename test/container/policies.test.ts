import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analysisKey } from '../../src/results/analysis.ts';
import { costRowsKey } from '../../src/results/cost-row.ts';
import { resultKey } from '../../src/results/envelope.ts';
import { callCachePrefix } from '../../src/results/keys.ts';
import { metricsFileKey } from '../../src/results/metrics.ts';
import { replayKey } from '../../src/results/replay.ts';
import { summaryKey } from '../../src/results/summary.ts';
import { FIXTURES, FIXTURES_END, filesUnder, type Json, RECORDED, run } from '../e2e/program.ts';
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

/** What both jobs may write, whether a small run does or not. */
const WRITTEN = [
  analysisKey('llm', 'ic_cio', '2607110900'),
  analysisKey('deterministic', 'executor:risk_guard', '2607110900'),
  summaryKey('2607110900', 'm'),
  replayKey('2607110900', 'ic_cio', 'r', 'a', 'b'),
  costRowsKey('2026-07-11', '2607110900', 0),
  metricsFileKey('2607110900', 'counterfactual'),
  resultKey('key', 'counterfactual'),
  `${callCachePrefix('messages')}/x.json`,
  '_replay_batches/x.json',
  '_replay_shards/x',
  '_rules/ic_cio/2607110900.py',
  '_tables/agents/run_id=2607110900/counterfactual.parquet',
].map(put);

/** Every call to S3 that both jobs made over a few captures. */
async function recorded(): Promise<Call[]> {
  const folder = fileURLToPath(FIXTURES);
  const wanted = (await filesUnder(folder)).filter((key) => /\/(ic_cio|macro_economist)\//.test(key));
  const bodies = await Promise.all(wanted.map((key) => readFile(join(folder, key))));
  const objects = Object.fromEntries(
    wanted.map((key, n) => [`decision_artifacts/${key}`, bodies[n] as Uint8Array]),
  );
  const server = await startS3Server({ objects });
  const args = [
    '--corpus',
    's3://bucket/decision_artifacts',
    '--end-time-iso',
    FIXTURES_END,
    '--metrics',
    'none',
  ];
  try {
    for (const [job, ...more] of [['counterfactual'], ['concordance', ...RECORDED, '--max-artifacts', '3']]) {
      const { code } = await run([`${job}`, ...args, ...more], { env: server.environment });
      expect(code).toBe(0);
    }
    return server.requests.map(callOf);
  } finally {
    await server.close();
  }
}

describe('the job', () => {
  it('may do whatever both jobs do, and nothing that neither does', async () => {
    const calls = [...(await recorded()), ...WRITTEN, metrics('AlphaEngine/Eval')];
    expect(new Set(calls.map(({ action }) => action)).size).toBe(4);
    expect(calls.filter((call) => !isAllowed('JobRole', call))).toEqual([]);
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
