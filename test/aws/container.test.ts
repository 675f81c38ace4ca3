import { type ChildProcess, execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BatchClient, DescribeJobDefinitionsCommand, DescribeJobsCommand } from '@aws-sdk/client-batch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Container, type Engine, startEngine } from '../container/engine.ts';
import { evaluateOnExit, type Rule } from '../container/evaluate-on-exit.ts';
import { commandsOf } from '../container/readme.ts';
import { captures, ofFamily, originalModel, promptOf } from '../e2e/model.ts';
import { type Json, run } from '../e2e/program.ts';
import { movedToToday, TODAY } from '../e2e/today.ts';
import { type AnthropicServer, startAnthropic } from '../servers/anthropic.ts';
import { type Moto, startMoto } from './servers/moto.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = join(ROOT, '.venv/bin/python');
const MOTO_SERVER = join(ROOT, 'test/container/moto_server.py');
const ACCOUNT = '123456789012';
const BUCKET = 'my-bucket';
const MACHINE = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:replay-batch`;
/** What models of these tests cost that have no built-in price. */
const PRICES = ['openai/deepseek-v4-flash', 'deepseek-v4-flash', 'a', 'b']
  .map((one) => `${one}=0.44/1.32`)
  .join();
const IMAGE = new RegExp(`^${ACCOUNT}\\.dkr\\.ecr\\.us-east-1\\.amazonaws\\.com/replay-batch:\\w+$`);

let anthropic: AnthropicServer;
let engine: Engine;
let moto: Moto;
let store: Store;
/** Where the commands of the README find `aws` and `docker`. */
let programs: string;
let dockerCalls: string[];
/** What the account held before the README. */
let before: string[];

/** What AWS gives a container beside what it was asked for, and the way to the model of these tests. The run that is
 * to fail gets no key, and nobody else's answers; one array gets a setting that no child can use. */
function agent({ name, environment }: Container): NodeJS.ProcessEnv {
  const [, index] = /-(\d)$/.exec(name) ?? [];
  return {
    ...moto.environment,
    AWS_BATCH_JOB_ATTEMPT: '1',
    ...(index && { AWS_BATCH_JOB_ARRAY_INDEX: index }),
    ...(index && environment.RUN_KEY === 'no-child' && { MAX_DEPTH: 'none' }),
    ANTHROPIC_BASE_URL: anthropic.url,
    PRICE: PRICES,
    ...(environment.RUN_KEY === 'without-a-key' ? { NO_CACHE: 'true' } : { ANTHROPIC_API_KEY: 'the-key' }),
  };
}

beforeAll(async () => {
  const captured = ofFamily(captures(), 'ic_cio', 'macro_economist');
  const model = originalModel(captured);
  anthropic = await startAnthropic({
    answer: (request) => (/one and one/.test(promptOf(request)) ? { number: 2 } : model(request)),
  });
  engine = await startEngine({ agent });
  moto = await startMoto({ command: [PYTHON, MOTO_SERVER], env: engine.environment });
  await fetch(`${moto.url}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
  await client(S3Client).send(new CreateBucketCommand({ Bucket: BUCKET }));
  store = openStore(`s3://${BUCKET}/decision_artifacts`);
  for (const { key, json } of captured) await store.put(movedToToday(key), JSON.stringify(json));
  programs = await mkdtemp(join(tmpdir(), 'container-'));
  await writePrograms();
  // AWS makes this role with the first compute environment.
  await aws('iam', 'create-service-linked-role', '--aws-service-name', 'batch.amazonaws.com');
  before = await listing();
  await runReadme((blocks) => blocks.slice(0, -2));
  dockerCalls = (await readFile(join(programs, 'docker.txt'), 'utf8')).trim().split('\n');
}, 600_000);

afterAll(async () => {
  store?.close();
  vi.unstubAllEnvs();
  await moto?.close();
  await engine?.close();
  await anthropic?.close();
  if (programs) await rm(programs, { recursive: true, force: true });
});

function client<C>(type: new (options: object) => C): C {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new type({ endpoint: moto.url, region: 'us-east-1', credentials, forcePathStyle: true });
}

/** The AWS command line, a Docker that only notes what it is asked, and shorter pauses. */
async function writePrograms(): Promise<void> {
  const docker = `#!/bin/sh
echo "$@" >> '${join(programs, 'docker.txt')}'
if [ "$1" = login ]; then cat > /dev/null; fi
`;
  const texts = {
    aws: `#!/bin/sh\nexec '${join(ROOT, '.venv/bin/aws')}' "$@"\n`,
    docker,
    sleep: '#!/bin/sh\nexec /bin/sleep 1\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(join(programs, name), text);
    await chmod(join(programs, name), 0o755);
  }
}

/** Runs blocks of the README as they stand, one after the other in one shell. */
async function runReadme(choose: (blocks: string[]) => string[]): Promise<void> {
  const blocks = commandsOf(await readFile(join(ROOT, 'container/README.md'), 'utf8'));
  // `set -e` alone does not see `false && true` fail.
  const script = ['set -euo pipefail', ...choose(blocks).map((block) => `${block}\ntest $? = 0`)].join('\n');
  await promisify(execFile)('bash', ['-c', script], {
    cwd: ROOT,
    env: {
      ...moto.environment,
      HOME: programs,
      PATH: `${programs}:${process.env.PATH}`,
      ANTHROPIC_API_KEY: 'the-key',
    },
  });
}

/** All that an account holds, of the kinds that the README makes. Batch logs by itself here. */
async function listing(): Promise<string[]> {
  const kinds = [
    ['cloudformation', 'describe-stacks', 'Stacks[].StackName'],
    ['iam', 'list-roles', 'Roles[].RoleName'],
    ['batch', 'describe-compute-environments', 'computeEnvironments[].computeEnvironmentName'],
    ['batch', 'describe-job-queues', 'jobQueues[].jobQueueName'],
    ['batch', 'describe-job-definitions --status ACTIVE', 'jobDefinitions[].jobDefinitionArn'],
    ['stepfunctions', 'list-state-machines', 'stateMachines[].name'],
    ['scheduler', 'list-schedules', 'Schedules[].Name'],
    ['events', 'list-rules', 'Rules[].Name'],
    ['cloudwatch', 'describe-alarms', 'MetricAlarms[].AlarmName'],
    ['sns', 'list-topics', 'Topics[].TopicArn'],
    ['sns', 'list-subscriptions', 'Subscriptions[].Endpoint'],
    ['logs', 'describe-log-groups', "logGroups[?logGroupName!='/aws/batch/job'].logGroupName"],
    ['logs', 'describe-metric-filters', 'metricFilters[].filterName'],
    ['secretsmanager', 'list-secrets', 'SecretList[].Name'],
    ['ecr', 'describe-repositories', 'repositories[].repositoryName'],
    ['s3api', `list-objects-v2 --bucket ${BUCKET} --prefix replay-batch-deploy`, 'Contents[].Key'],
  ] as const;
  const found = kinds.map(async ([service, call, query]) => {
    const names = (await aws(service, ...call.split(' '), '--query', query)) as string[] | null;
    return (names ?? []).map((name) => `${service} ${call}: ${name}`);
  });
  return (await Promise.all(found)).flat().sort();
}

/** What a `describe` or `get` of the AWS command line answers. */
async function aws(...args: string[]): Promise<Json> {
  const env = { ...moto.environment, PATH: `${process.env.PATH}`, HOME: programs };
  const { stdout } = await promisify(execFile)(join(ROOT, '.venv/bin/aws'), [...args, '--output', 'json'], {
    env: { ...env, AWS_DEFAULT_REGION: 'us-east-1' },
  });
  return JSON.parse(stdout);
}

/** Runs the state machine to its end. */
async function execute(
  name: string,
  input: object = {},
  stateMachineArn = MACHINE,
): Promise<{ status: string; error: string | undefined; cause: string | undefined; output: Json }> {
  const sfn = client(SFNClient);
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  );
  const describe = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  while ((await describe()).status === 'RUNNING') await sleep(100);
  // moto sets the status first, then what came of it.
  await sleep(100);
  const { status, error, cause, output } = await describe();
  return { status: String(status), error, cause, output: JSON.parse(output ?? 'null') };
}

function containersOf(name: string): Container[] {
  return engine.containers.filter(({ environment }) => environment.RUN_KEY === name);
}

const jobsOf = (name: string) => containersOf(name).map(({ environment }) => environment.REPLAY_JOB);

async function resultOf(name: string, job: string): Promise<Json> {
  return JSON.parse(Buffer.from(await store.get(`_replay_runs/${name}/${job}.json`)).toString());
}

async function keysUnder(prefix: string): Promise<string[]> {
  return (await store.list(prefix)).objects.map(({ key }) => key);
}

it('the template is clean for cfn-lint, which finds a planted fault', async () => {
  const lint = (path: string) => promisify(execFile)(join(ROOT, '.venv/bin/cfn-lint'), [path]);
  await lint(join(ROOT, 'container/template.yaml'));
  const text = await readFile(join(ROOT, 'container/template.yaml'), 'utf8');
  const planted = join(programs, 'planted.yaml');
  await writeFile(planted, text.replace('JobQueueName:', 'JobQueuName:'));
  await expect(lint(planted)).rejects.toThrow(/./);
});

describe('the README', () => {
  it('leads from an empty account to a run with its report', async () => {
    const { jobDefinitions = [] } = await client(BatchClient).send(
      new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }),
    );
    const [concordance, counterfactual] = jobDefinitions.map(
      ({ containerProperties }) => containerProperties,
    );
    expect(concordance?.image).toMatch(IMAGE);
    expect(concordance?.secrets).toMatchObject([{ name: 'ANTHROPIC_API_KEY' }]);
    expect(counterfactual?.secrets ?? []).toEqual([]);
    expect(dockerCalls.map((call) => call.split(' ')[0])).toEqual(['login', 'build', 'push']);
    expect(dockerCalls[1]).toBe(`build --platform linux/arm64 --tag ${concordance?.image} .`);
    expect(dockerCalls[2]?.split(' ')[1]).toBe(concordance?.image);
    const made = await listing();
    expect(made.filter((line) => line.startsWith('cloudformation'))).toHaveLength(1);
    expect(made.filter((line) => line.startsWith('scheduler'))).toHaveLength(2);

    expect(engine.containers[0]?.environment).toMatchObject({ REPLAY_JOB: 'concordance', CHECK: 'true' });
    const priced = engine.containers.find(({ environment }) => environment.DRY_RUN === 'true');
    expect(priced?.environment).toMatchObject({ REPLAY_JOB: 'concordance' });
    const { calls, usd } = priced?.finished?.envelope.summary ?? {};
    expect([calls > 0, JSON.stringify(usd)]).toEqual([true, expect.stringMatching(/[1-9]/)]);
    expect(jobsOf('first')).toEqual(['concordance', 'counterfactual']);
    expect(containersOf('first')[0]?.environment.MAX_COST_USD).toBe('5');
    const report = await readFile(join(ROOT, 'report.html'), 'utf8');
    await rm(join(ROOT, 'report.html'));
    expect(report).toContain('ic_cio');
  });
});

describe.concurrent('the state machine', { timeout: 180_000 }, () => {
  it('runs both jobs in order, and brings their envelopes', async ({ expect }) => {
    const input = { window_days: 57, run_date: '2026-07-10' };
    const { status, output } = await execute('ordinary', input);
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ ...input, run_key: 'ordinary' });
    expect(output).not.toHaveProperty('research_degraded_local');
    expect(output.replay_concordance_result.envelope).toMatchObject({ status: 'OK', job: 'concordance' });
    expect(output.counterfactual_result.envelope).toMatchObject({ status: 'OK', job: 'counterfactual' });
    expect(output.replay_concordance_result.envelope.summary.window_end).toBe(TODAY);

    const [first, second, ...more] = containersOf('ordinary');
    expect(more).toEqual([]);
    for (const [container, job] of [
      [first, 'concordance'],
      [second, 'counterfactual'],
    ] as const) {
      const { MOTO_HOST, MOTO_PORT, MOTO_HTTP_ENDPOINT, AWS_BATCH_JOB_ID, ...environment } =
        container?.environment ?? {};
      expect(environment).toEqual({
        AWS_REGION: 'us-east-1',
        S3_BUCKET: BUCKET,
        REPLAY_JOB: job,
        END_TIME_ISO: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        WINDOW_DAYS: '57',
        RUN_DATE: '2026-07-10',
        DRY_RUN: 'false',
        DRY_RUN_LLM: 'false',
        RUN_KEY: 'ordinary',
        ARRAY_SIZE: '1',
        MANAGED_BY_AWS: 'STARTED_BY_STEP_FUNCTIONS',
      });
      expect(container?.command).toEqual([]);
      expect(container?.image).toMatch(IMAGE);
      const result = await resultOf('ordinary', job);
      const { envelope } =
        output[job === 'concordance' ? 'replay_concordance_result' : 'counterfactual_result'];
      expect(result).toMatchObject(envelope);
      const result_uri = `s3://${BUCKET}/decision_artifacts/_replay_runs/ordinary/${job}.json`;
      expect(envelope).toMatchObject({ run_date: '2026-07-10', result_uri });

      const { jobs } = await client(BatchClient).send(
        new DescribeJobsCommand({ jobs: [`${AWS_BATCH_JOB_ID}`] }),
      );
      const tags = { application: 'replay-batch', run_key: 'ordinary' };
      expect(jobs).toMatchObject([{ jobName: `replay-${job}-ordinary`, tags }]);
    }
  });

  it.for(['research_dry', 'dry_run_llm'])(
    'boots both jobs and writes nothing for %s',
    async (flag, { expect }) => {
      const { status, output } = await execute(`dry-${flag}`, { [flag]: true });
      expect(status).toBe('SUCCEEDED');
      expect(output).not.toHaveProperty('research_degraded_local');
      expect(output).not.toHaveProperty('counterfactual_result');
      expect(jobsOf(`dry-${flag}`)).toEqual(['concordance', 'counterfactual']);
      expect(containersOf(`dry-${flag}`)[0]?.environment.DRY_RUN_LLM).toBe('true');
      expect(await keysUnder(`_replay_runs/dry-${flag}/`)).toEqual([]);
    },
  );

  const END = '2026-07-11T09:00:00Z';
  const OLD: [string, object, object][] = [
    [
      'ReplayConcordance',
      {
        end_time_iso: END,
        target_models: ['deepseek-v4-flash'],
        window_days: 56,
        max_artifacts: 150,
        dry_run_llm: true,
      },
      {
        END_TIME_ISO: END,
        TARGET_MODELS: 'deepseek-v4-flash',
        WINDOW_DAYS: '56',
        MAX_ARTIFACTS: '150',
      },
    ],
    [
      'Counterfactual',
      { end_time_iso: END, window_days: 56, max_depth: 3, run_date: '2026-07-10', dry_run_llm: true },
      { END_TIME_ISO: END, WINDOW_DAYS: '56', MAX_DEPTH: '3', RUN_DATE: '2026-07-10' },
    ],
    ['Counterfactual-canary', { dry_run: true, window_days: 14 }, { DRY_RUN: 'true', WINDOW_DAYS: '14' }],
    ['Counterfactual-cap', { max_artifacts_per_agent: 200 }, { MAX_ARTIFACTS_PER_AGENT: '200' }],
    ['Counterfactual-all', { max_artifacts_per_agent: null, agents: 'ic_cio' }, { AGENTS: 'ic_cio' }],
    [
      'gateway',
      { target_models: ['openai/deepseek-v4-flash'] },
      { TARGET_MODELS: 'openai/deepseek-v4-flash' },
    ],
    ['canary', { dry_run: true, window_days: 14 }, { DRY_RUN: 'true', WINDOW_DAYS: '14' }],
    ['flag-1', { dry_run: ' Yes ' }, { DRY_RUN: 'true' }],
    ['flag-2', { dry_run: '0' }, {}],
    ['agents-1', { agents: ['ic_cio', 'macro_economist'] }, { AGENTS: 'ic_cio,macro_economist' }],
    ['agents-2', { agents: 'ic_cio' }, { AGENTS: 'ic_cio' }],
    ['agents-3', { agents: ['ic_cio'] }, { AGENTS: 'ic_cio' }],
    ['nulls', { window_days: null, max_artifacts_per_agent: null, agents: null, dry_run: null }, {}],
    ['money', { max_cost_usd: 2.5, target_models: 'a,b' }, { MAX_COST_USD: '2.5', TARGET_MODELS: 'a,b' }],
    ['nested', { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:aws:states:x' }, {}],
    [".odd(name)'s!", {}, { RUN_KEY: '-odd-name--s-' }],
  ];
  it.for(OLD)('gives the container what %s asked for: %o', async ([name, input, asked], { expect }) => {
    const [job, other] = name.startsWith('Counterfactual')
      ? ['counterfactual', 'replay_concordance']
      : ['concordance', 'counterfactual'];
    const shell = 'dry_run_llm' in input ? {} : { research_dry: 'true' };
    const { status, output } = await execute(name, { ...shell, ...input, [`skip_${other}`]: true });
    expect(status).toBe('SUCCEEDED');
    expect(output).not.toHaveProperty('degraded');
    const key = name.startsWith('.') ? '-odd-name--s-' : name;
    const { MOTO_HOST, MOTO_PORT, MOTO_HTTP_ENDPOINT, AWS_BATCH_JOB_ID, ...environment } =
      containersOf(key)[0]?.environment ?? {};
    expect(environment).toEqual({
      AWS_REGION: 'us-east-1',
      S3_BUCKET: BUCKET,
      REPLAY_JOB: job,
      END_TIME_ISO: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      DRY_RUN: 'false',
      DRY_RUN_LLM: 'true',
      RUN_KEY: key,
      ARRAY_SIZE: '1',
      MANAGED_BY_AWS: 'STARTED_BY_STEP_FUNCTIONS',
      ...asked,
    });
  });

  it.for([
    [{ max_dept: 3 }, /^max_dept: expected one of end_time_iso, window_days, .*EXECUTION_ID$/],
    [
      { skip_counterfactual: 'maybe', array_size: 0 },
      /^skip_counterfactual: .* found maybe; array_size: .* found 0$/,
    ],
    [{ agents: [], window_days: { days: 3 } }, /^agents: .* found \[\]; window_days: .* found {"days":3}$/],
  ] as const)('refuses %o, and names it', async ([input, cause], { expect }) => {
    const { status, error, cause: found } = await execute(`bad-${Object.keys(input).join('-')}`, input);
    expect([status, error]).toEqual(['FAILED', 'BadInput']);
    expect(found).toMatch(cause);
  });

  it.for([
    ['PARTIAL', '{"status": "PARTIAL"}', 'concordance ended PARTIAL'],
    ['ERROR', '{"status": "ERROR", "error": "no way"}', 'concordance ended ERROR: no way'],
    ['cut', '{"stat', 'concordance left no result: States.QueryEvaluationError'],
    ['empty', '{}', 'concordance ended without a status'],
    ['a-list', '[]', 'concordance ended without a status'],
    ['null', 'null', 'concordance ended without a status'],
  ] as const)(
    'is degraded by an envelope that is %s, and fails when asked to',
    async ([name, text, reason], { expect }) => {
      // The job writes nothing here, for its settings are unusable.
      const input = { max_cost_usd: 'none', skip_counterfactual: true };
      for (const fails of [false, true]) {
        const key = `envelope-${name}-${fails}`;
        await store.put(`_replay_runs/${key}/concordance.summary.json`, text);
        const { status, error, cause, output } = await execute(key, { ...input, fail_degraded: fails });
        const reasons = ['concordance failed: States.TaskFailed', reason];
        if (fails) expect([status, error, cause]).toEqual(['FAILED', 'Degraded', reasons.join('; ')]);
        else
          expect([status, output.research_degraded_local, output.degraded]).toEqual([
            'SUCCEEDED',
            true,
            reasons,
          ]);
      }
    },
  );

  it.for([
    [['skip_replay_concordance'], ['counterfactual']],
    [['skip_counterfactual'], ['concordance']],
    [['skip_replay_concordance', 'skip_counterfactual'], []],
  ] as const)('leaves out what %s says', async ([flags, jobs], { expect }) => {
    const name = flags.join('-and-');
    const { status, output } = await execute(name, Object.fromEntries(flags.map((flag) => [flag, true])));
    expect(status).toBe('SUCCEEDED');
    expect(output).not.toHaveProperty('research_degraded_local');
    expect(jobsOf(name)).toEqual(jobs);
  });

  it('goes on after a job that failed, degraded, with what it left', async ({ expect }) => {
    const { status, output } = await execute('without-a-key');
    expect(status).toBe('SUCCEEDED');
    expect(output.research_degraded_local).toBe(true);
    expect(output.replay_concordance_error.Error).toBe('States.TaskFailed');
    expect(JSON.parse(output.replay_concordance_error.Cause)).toMatchObject({ Status: 'FAILED' });
    expect(output.replay_concordance_result.envelope.status).toBe('ERROR');
    expect(output.counterfactual_result.envelope.status).toBe('OK');
    expect(output).not.toHaveProperty('counterfactual_error');
  });

  it('goes on after a job that left nothing to read', async ({ expect }) => {
    const { status, output } = await execute('no-window', { window_days: 0 });
    expect(status).toBe('SUCCEEDED');
    expect(output.research_degraded_local).toBe(true);
    for (const job of ['replay_concordance', 'counterfactual']) {
      expect(output[`${job}_error`].Error).toBe('States.TaskFailed');
      expect(output[`${job}_result_error`].Error).toContain('NoSuchKey');
    }
  });

  it('goes on when a job cannot be submitted', async ({ expect }) => {
    const { status, output } = await execute('no-queue', { job_queue: 'no-such-queue' });
    expect(status).toBe('SUCCEEDED');
    expect(output.research_degraded_local).toBe(true);
    expect(output.replay_concordance_error.Error).toBe('Batch.ClientException');
    expect(output.counterfactual_error.Error).toBe('Batch.ClientException');
    expect(containersOf('no-queue')).toEqual([]);
  });

  it('tells, besides, when no run has ended or the last is old, and not when one has', async (test) => {
    const { expect, onTestFinished } = test;
    // A bucket of its own: runs of other tests leave theirs in the stack's.
    const Bucket = 'bucket-without-runs';
    await client(S3Client).send(new CreateBucketCommand({ Bucket }));
    const sfn = client(SFNClient);
    const { definition = '', roleArn } = await sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: `${MACHINE}-age` }),
    );
    expect(definition.split(BUCKET).length).toBe(3);
    expect(definition.split('> 8 * 24 *').length).toBe(2);
    const here = definition.replaceAll(BUCKET, Bucket);
    const check = async (name: string, text: string) => {
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({ name, roleArn, definition: text }),
      );
      const { status, output } = await execute(name, {}, stateMachineArn);
      await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
      return [status, output];
    };
    expect(await check('age-unknown', here)).toEqual(['SUCCEEDED', { MessageId: expect.any(String) }]);
    const latest = openStore(`s3://${Bucket}/decision_artifacts`);
    onTestFinished(() => latest.close());
    await latest.put('_replay_runs/latest.json', '{}');
    expect(await check('age-new', here)).toEqual(['SUCCEEDED', {}]);
    await sleep(1_000);
    const strict = here.replace('> 8 * 24 *', '> 0 * 24 *');
    expect(await check('age-old', strict)).toEqual(['SUCCEEDED', { MessageId: expect.any(String) }]);
  });

  it('fans out, then folds up', async ({ expect }) => {
    const { status, output } = await execute('fan-out', { array_size: 3, skip_replay_concordance: true });
    expect(status).toBe('SUCCEEDED');
    expect(output).not.toHaveProperty('research_degraded_local');
    expect(output).not.toHaveProperty('counterfactual_shares_error');
    const containers = containersOf('fan-out');
    expect(containers.map(({ environment }) => environment.ARRAY_SIZE)).toEqual(['3', '3', '3', '3']);
    const indices = containers.slice(0, 3).map(({ name }) => name.slice(-2));
    expect(indices.sort()).toEqual(['-0', '-1', '-2']);
    expect(output.counterfactual_result.envelope.status).toBe('OK');
  });

  it('does all the work in the ordinary job when the children of an array fail', async ({ expect }) => {
    const { status, output } = await execute('no-child', { array_size: 2, skip_replay_concordance: true });
    expect(status).toBe('SUCCEEDED');
    expect(output.counterfactual_shares_error.Error).toBe('States.TaskFailed');
    expect(output).not.toHaveProperty('research_degraded_local');
    expect(containersOf('no-child').map(({ finished }) => finished?.code)).toEqual([2, 2, 0]);
    expect(output.counterfactual_result.envelope.status).toBe('OK');
  });

  it('submits what an interrupted attempt is retried with, as the definition allows', async ({ expect }) => {
    await execute('retried', { skip_replay_concordance: true });
    const [container] = containersOf('retried');
    if (!container) throw new Error('expected a container');
    const env = { ...container.environment, ...agent(container) };
    const onStart = (child: ChildProcess) => child.stderr?.once('data', () => child.kill('SIGTERM'));
    const interrupted = await run(container.command, { env, onStart });
    expect(interrupted.code).toBe(143);

    const { jobDefinitions } = await client(BatchClient).send(new DescribeJobDefinitionsCommand({}));
    const { attempts = 0, evaluateOnExit: rules = [] } = jobDefinitions?.[0]?.retryStrategy ?? {};
    expect(attempts).toBeGreaterThan(1);
    expect(evaluateOnExit(rules as Rule[], { exitCode: 143 })).toBe('RETRY');
    const retried = await run(container.command, { env: { ...env, AWS_BATCH_JOB_ATTEMPT: '2' } });
    expect(retried.code).toBe(0);
    expect(retried.envelope.status).toBe('OK');
    expect(await resultOf('retried', 'counterfactual')).toMatchObject(retried.envelope);
  });

  it('goes straight on to the ordinary job when the array cannot be submitted', async ({ expect }) => {
    const input = { array_size: 3, skip_replay_concordance: true, job_definition: 'no-such-definition' };
    const { output } = await execute('no-array', input);
    expect(output.counterfactual_shares_error.Error).toBe('Batch.ClientException');
    expect(output.counterfactual_error.Error).toBe('Batch.ClientException');
    expect(output.research_degraded_local).toBe(true);
  });
});

describe('at last', () => {
  it('a dry run computes and writes nothing', async () => {
    const held = (await store.list('')).objects;
    const paid = anthropic.paid.length;
    const { status, output } = await execute('dry', { dry_run: true });
    expect(status).toBe('SUCCEEDED');
    expect(output).not.toHaveProperty('research_degraded_local');
    const [concordance, counterfactual] = containersOf('dry').map(({ finished }) => finished?.envelope);
    expect(concordance).toMatchObject({ status: 'OK', result_uri: null });
    expect(counterfactual).toMatchObject({ status: 'OK', result_uri: null });
    expect(counterfactual.summary.agents_analyzed).toBeGreaterThan(0);
    expect(anthropic.paid).toHaveLength(paid);
    expect((await store.list('')).objects).toEqual(held);
  });

  it('an update changes the stack, and teardown leaves nothing', async () => {
    await runReadme((blocks) => [...blocks.slice(0, 1), ...blocks.slice(-2, -1)]);
    const { Target } = await aws('scheduler', 'get-schedule', '--name', 'replay-batch');
    expect(JSON.parse(Target.Input)).toEqual({ max_cost_usd: 10 });
    // Again in a new shell, from the variables on: the key stays.
    await runReadme((blocks) => blocks.filter((block) => /^export STACK|ModelKeySecret=/m.test(block)));
    const { jobDefinitions } = await aws(
      ...['batch', 'describe-job-definitions', '--status', 'ACTIVE'],
      ...['--job-definition-name', 'replay-batch-concordance'],
    );
    expect(jobDefinitions.at(-1).containerProperties.secrets).toMatchObject([{ name: 'ANTHROPIC_API_KEY' }]);
    await runReadme((blocks) => [...blocks.slice(0, 1), ...blocks.slice(-1)]);
    expect(await listing()).toEqual(before);
  }, 120_000);
});
