import { describe, expect, it } from 'vitest';
import { analysisKey } from '../../src/results/analysis.ts';
import { costRowsKey } from '../../src/results/cost-row.ts';
import { resultKey } from '../../src/results/envelope.ts';
import { callCachePrefix, metricsClaimKey } from '../../src/results/keys.ts';
import { metricsFileKey } from '../../src/results/metrics.ts';
import { replayKey } from '../../src/results/replay.ts';
import { summaryKey } from '../../src/results/summary.ts';
import { fileOf, VALUES } from './files.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

const ROLES = ['job', 'execution', 'state-machine', 'schedule'] as const;
const CORPUS = `arn:aws:s3:::${VALUES.BUCKET}/decision_artifacts`;

function statementsOf(role: string): Statement[] {
  return fileOf(`iam/${role}/policy.json`).Statement;
}

/** Whether the role may do `action` to `resource`, conditions aside. */
function allows(role: string, action: string, resource: string): boolean {
  return statementsOf(role).some(
    ({ Action, Resource }) =>
      [Action].flat().includes(action) &&
      [Resource]
        .flat()
        .some((one) => (one.endsWith('*') ? resource.startsWith(one.slice(0, -1)) : resource === one)),
  );
}

describe('the roles', () => {
  it.each(ROLES)('%s allows named actions, and all resources only where AWS knows no others', (role) => {
    const withoutResources = ['cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'batch:DescribeJobs'];
    for (const { Sid, Effect, Action, Resource } of statementsOf(role)) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) {
        expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
        expect(action).not.toMatch(/delete/i);
        if ([Resource].flat().includes('*')) expect(withoutResources).toContain(action);
      }
    }
  });

  it.each([
    ['job', 'ecs-tasks'],
    ['execution', 'ecs-tasks'],
    ['state-machine', 'states'],
    ['schedule', 'scheduler'],
  ])('%s is assumed by %s alone, for this account', (role, service) => {
    expect(fileOf(`iam/${role}/trust.json`).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': VALUES.ACCOUNT_ID } },
      },
    ]);
  });
});

describe('the job', () => {
  const written = [
    analysisKey('llm', 'ic_cio', '2607110900'),
    analysisKey('deterministic', 'executor:risk_guard', '2607110900'),
    summaryKey('2607110900', 'm'),
    replayKey('2607110900', 'ic_cio', 'r', 'a', 'b'),
    costRowsKey('2026-07-11', '2607110900', 0),
    metricsClaimKey('2607110900', 'counterfactual', 0),
    metricsFileKey('2607110900', 'counterfactual'),
    resultKey('key', 'counterfactual'),
    `${callCachePrefix('messages')}/x.json`,
    '_replay_batches/x.json',
    '_replay_shards/x',
  ];

  it.each(written)('may write %s', (key) => {
    expect(allows('job', 's3:PutObject', `${CORPUS}/${key}`)).toBe(true);
  });

  it('may write nothing else', () => {
    const prefixes = new Set(written.map((key) => `${CORPUS}/${key.split('/')[0]}/*`));
    const writing = statementsOf('job').filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(writing).toHaveLength(1);
    expect(new Set(writing[0]?.Resource)).toEqual(prefixes);
  });

  it('may list and read the corpus, and nothing beside it', () => {
    const list = statementsOf('job').find(({ Action }) => Action === 's3:ListBucket');
    expect(list).toMatchObject({
      Resource: `arn:aws:s3:::${VALUES.BUCKET}`,
      Condition: { StringLike: { 's3:prefix': 'decision_artifacts/*' } },
    });
    expect(allows('job', 's3:GetObject', `${CORPUS}/2026/07/10/ic_cio/x.json`)).toBe(true);
    expect(allows('job', 's3:GetObject', `arn:aws:s3:::${VALUES.BUCKET}/other/x.json`)).toBe(false);
  });

  it('may emit into its namespace', () => {
    const emit = statementsOf('job').find(({ Action }) => Action === 'cloudwatch:PutMetricData');
    expect(emit?.Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'AlphaEngine/Eval' } });
  });
});

describe('the others', () => {
  const { region, account } = { region: VALUES.REGION, account: VALUES.ACCOUNT_ID };
  const definition = fileOf('job-definition.json').containerProperties;
  const { Target } = fileOf('schedule.json');

  it('start the container, write its log and read its one secret', () => {
    const group = definition.logConfiguration.options['awslogs-group'];
    const prefix = definition.logConfiguration.options['awslogs-stream-prefix'];
    const stream = `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${prefix}/default/x`;
    expect(allows('execution', 'logs:PutLogEvents', stream)).toBe(true);
    expect(allows('execution', 'logs:CreateLogStream', stream)).toBe(true);
    for (const { valueFrom } of definition.secrets)
      expect(allows('execution', 'secretsmanager:GetSecretValue', valueFrom)).toBe(true);
  });

  it('submit, follow and stop jobs, and read their results', () => {
    const { defaults } = fileOf('state-machine.json').States.Defaults.Parameters;
    const batch = `arn:aws:batch:${region}:${account}`;
    for (const resource of [
      `job-queue/${defaults.job_queue}`,
      `job-definition/${defaults.job_definition}`,
      `job-definition/${defaults.job_definition}:7`,
    ])
      expect(allows('state-machine', 'batch:SubmitJob', `${batch}:${resource}`)).toBe(true);
    expect(allows('state-machine', 'batch:TerminateJob', `${batch}:job/x`)).toBe(true);
    expect(allows('state-machine', 's3:GetObject', `${CORPUS}/${resultKey('key', 'concordance')}`)).toBe(
      true,
    );
  });

  it('start the state machine', () => {
    expect(allows('schedule', 'states:StartExecution', Target.Arn)).toBe(true);
    expect(Target.RoleArn).toBe(`arn:aws:iam::${account}:role/replay-batch-schedule`);
  });
});
