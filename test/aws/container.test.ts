import { type ChildProcess, execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
} from '@aws-sdk/client-batch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { END_DATE } from '../../scripts/corpus/generate.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Container, type Engine, startEngine } from '../container/engine.ts';
import { evaluateOnExit, type Rule } from '../container/evaluate-on-exit.ts';
import { commandsOf, settingsOf } from '../container/readme.ts';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { type Json, run } from '../e2e/program.ts';
import { type AnthropicServer, startAnthropic } from '../servers/anthropic.ts';
import { type Moto, startMoto } from './servers/moto.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = join(ROOT, '.venv/bin/python');
const MOTO_SERVER = join(ROOT, 'test/container/moto_server.py');
const ACCOUNT = '123456789012';
const BUCKET = 'my-bucket';
const MACHINE = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:replay-batch`;
const IMAGE = new RegExp(`^${ACCOUNT}\\.dkr\\.ecr\\.us-east-1\\.amazonaws\\.com/replay-batch:\\w+$`);

let anthropic: AnthropicServer;
let engine: Engine;
let moto: Moto;
let store: Store;
/** Where the commands of the README find `aws` and `docker`. */
let programs: string;
let dockerCalls: string[];

/** What AWS gives a container beside what it was asked for, and the way to the model of these tests. The run that is
 * to fail gets no key, and nobody else's answers. */
function agent({ environment }: Container): NodeJS.ProcessEnv {
  return {
    ...moto.environment,
    AWS_BATCH_JOB_ATTEMPT: '1',
    ANTHROPIC_BASE_URL: anthropic.url,
    ...(environment.RUN_KEY === 'without-a-key' ? { NO_CACHE: 'true' } : { ANTHROPIC_API_KEY: 'the-key' }),
  };
}

beforeAll(async () => {
  const captured = ofFamily(captures(), 'ic_cio', 'macro_economist');
  anthropic = await startAnthropic({ answer: originalModel(captured) });
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
  await runReadme();
}, 300_000);

afterAll(async () => {
  store?.close();
  vi.unstubAllEnvs();
  await moto?.close();
  await engine?.close();
  await anthropic?.close();
  if (programs) await rm(programs, { recursive: true, force: true });
});

const TODAY = new Date().toISOString().slice(0, 10);

/** A key of the same capture, its day moved so that the corpus ends today. */
function movedToToday(key: string): string {
  const laterMs = Date.parse(TODAY) - Date.parse(END_DATE);
  return key.replace(/\d{4}\/\d\d\/\d\d/, (day) =>
    new Date(Date.parse(day.replaceAll('/', '-')) + laterMs).toISOString().slice(0, 10).replaceAll('-', '/'),
  );
}

function client<C>(type: new (options: object) => C): C {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new type({ endpoint: moto.url, region: 'us-east-1', credentials, forcePathStyle: true });
}

/** The AWS command line against moto, and a Docker that only notes what it is asked. moto wants a role that AWS
 * makes itself. */
async function writePrograms(): Promise<void> {
  const aws = `#!/bin/sh
case "$1 $2" in "batch create-compute-environment")
  set -- "$@" --service-role arn:aws:iam::${ACCOUNT}:role/replay-batch-job
esac
exec '${join(ROOT, '.venv/bin/aws')}' "$@"
`;
  const docker = `#!/bin/sh
echo "$@" >> '${join(programs, 'docker.txt')}'
if [ "$1" = login ]; then cat > /dev/null; fi
`;
  for (const [name, text] of Object.entries({ aws, docker })) {
    await writeFile(join(programs, name), text);
    await chmod(join(programs, name), 0o755);
  }
}

async function runReadme(): Promise<void> {
  await writePrograms();
  const readme = await readFile(join(ROOT, 'container/README.md'), 'utf8');
  // `set -e` alone does not see `false && true` fail.
  const steps = [settingsOf(readme), ...commandsOf(readme)].map((step) => `${step}\ntest $? = 0`);
  const script = ['set -euo pipefail', ...steps].join('\n');
  await promisify(execFile)('bash', ['-c', script], {
    cwd: ROOT,
    env: {
      ...moto.environment,
      HOME: programs,
      PATH: `${programs}:${process.env.PATH}`,
      ANTHROPIC_API_KEY: 'the-key',
    },
  });
  dockerCalls = (await readFile(join(programs, 'docker.txt'), 'utf8')).trim().split('\n');
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
async function execute(name: string, input: object = {}): Promise<{ status: string; output: Json }> {
  const sfn = client(SFNClient);
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: MACHINE, name, input: JSON.stringify(input) }),
  );
  for (;;) {
    const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (found.status !== 'RUNNING') {
      return { status: String(found.status), output: JSON.parse(found.output ?? 'null') };
    }
    await sleep(100);
  }
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

describe('the ten commands', () => {
  it('make everything that a run needs', async () => {
    const batch = client(BatchClient);
    const { computeEnvironments } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
    expect(computeEnvironments).toMatchObject([
      { computeEnvironmentName: 'replay-batch', computeResources: { type: 'FARGATE_SPOT' } },
    ]);
    const { jobQueues } = await batch.send(new DescribeJobQueuesCommand({}));
    expect(jobQueues).toMatchObject([{ jobQueueName: 'replay-batch', state: 'ENABLED' }]);
    const { logGroups } = await client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toContain('/replay-batch');

    const { jobDefinitions } = await batch.send(new DescribeJobDefinitionsCommand({ status: 'ACTIVE' }));
    const [definition] = jobDefinitions ?? [];
    const roles: Json[] = (await aws('iam', 'list-roles')).Roles;
    const secret = await aws('secretsmanager', 'describe-secret', '--secret-id', 'replay-batch');
    expect(definition?.containerProperties).toMatchObject({
      image: expect.stringMatching(IMAGE),
      jobRoleArn: roles.find(({ RoleName }) => RoleName === 'replay-batch-job').Arn,
      executionRoleArn: roles.find(({ RoleName }) => RoleName === 'replay-batch-execution').Arn,
      secrets: [{ name: 'ANTHROPIC_API_KEY', valueFrom: secret.ARN }],
    });
    for (const role of ['job', 'execution', 'state-machine', 'schedule']) {
      const { PolicyDocument } = await aws(
        ...['iam', 'get-role-policy', '--role-name', `replay-batch-${role}`, '--policy-name', 'replay-batch'],
      );
      expect(JSON.stringify(PolicyDocument)).not.toMatch(/\$\{|undefined/);
    }
    const schedule = await aws('scheduler', 'get-schedule', '--name', 'replay-batch');
    expect(schedule.Target.Arn).toBe(MACHINE);
    expect(dockerCalls.map((call) => call.split(' ')[0])).toEqual(['login', 'build', 'push']);
    expect(dockerCalls[2]?.split(' ')[1]).toBe(definition?.containerProperties?.image);
  });
});

describe.concurrent('the state machine', { timeout: 180_000 }, () => {
  it('runs both jobs in order, and brings their envelopes', async ({ expect }) => {
    const { status, output } = await execute('ordinary', { window_days: 57 });
    expect(status).toBe('SUCCEEDED');
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
        DRY_RUN_LLM: 'false',
        RUN_KEY: 'ordinary',
        ARRAY_SIZE: '1',
        MANAGED_BY_AWS: 'STARTED_BY_STEP_FUNCTIONS',
      });
      expect(container?.command).toEqual([]);
      expect(container?.image).toMatch(IMAGE);
      const result = await resultOf('ordinary', job);
      const envelope = output[job === 'concordance' ? 'replay_concordance_result' : 'counterfactual_result'];
      expect(result).toMatchObject(envelope.envelope);
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

  it('is degraded when a job that succeeded left nothing to read', async ({ expect }) => {
    // A shell-run that the machine does not know for one.
    const input = { research_dry: 'TRUE', skip_counterfactual: true };
    const { status, output } = await execute('nothing-to-read', input);
    expect(status).toBe('SUCCEEDED');
    expect(output.research_degraded_local).toBe(true);
    expect(output).not.toHaveProperty('replay_concordance_error');
    expect(output.replay_concordance_result_error.Error).toContain('NoSuchKey');
  });

  it('goes on when a job cannot be submitted', async ({ expect }) => {
    const { status, output } = await execute('no-queue', { job_queue: 'no-such-queue' });
    expect(status).toBe('SUCCEEDED');
    expect(output.research_degraded_local).toBe(true);
    expect(output.replay_concordance_error.Error).toBe('Batch.ClientException');
    expect(output.counterfactual_error.Error).toBe('Batch.ClientException');
    expect(containersOf('no-queue')).toEqual([]);
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
