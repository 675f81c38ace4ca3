import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeObjects } from '../e2e/program.ts';
import { attempt, EXITED, SPOT, SUCCEEDED } from '../servers/batch-api.ts';
import { batchApi, closeBatchApis, submit } from './script.ts';

const END = '2026-07-11T09:00:00Z';
const KEY = '_replay_runs/2607110900/counterfactual.summary.json';
const JOB = ['counterfactual', '--queue', 'queue', '--definition', 'replay', '--end-time-iso', END];

/** Folders that hold a result object, by its status. */
const out = { OK: '', ERROR: '' };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submit-'));
  for (const status of ['OK', 'ERROR'] as const) {
    const result = { status, run_id: '2607110900', summary: { rows: 7 } };
    await writeObjects(join(folder, status), { [KEY]: JSON.stringify(result) });
    out[status] = pathToFileURL(join(folder, status)).href;
  }
});

afterAll(async () => {
  await closeBatchApis();
  await rm(folder, { recursive: true, force: true });
});

describe.concurrent('before anything is sent', () => {
  it('refuses a bad job option as the program does', async () => {
    const api = await batchApi();
    const { code, stderr, document } = await submit([...JOB, '--agents', 'nobody'], { env: api.environment });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--agents: expected a family .* found "nobody"\n$/);
    expect(document).toEqual({ status: 'ERROR', error: stderr.trim() });
    expect(api.requests).toEqual([]);
  });

  it.each([
    [[...JOB, '--env', 'ANTHROPIC_API_KEY=x'], 'Unknown argument: env'],
    [JOB.slice(1), 'expected a job'],
    [[...JOB, '--dry-run='], '--dry-run: expected a value, found none'],
    [[...JOB, '--wait', '--array= '], '--array: expected a value, found none'],
    [[...JOB, '-dry-run'], 'did you mean --dry-run?'],
    [
      ['single', '--queue', 'q', '--definition', 'd', '--artifact-key', 'k', '--array', '2'],
      '--array: expected',
    ],
  ])('refuses %j', async (args, message) => {
    const api = await batchApi();
    const { code, stderr } = await submit(args, { env: api.environment });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(api.requests).toEqual([]);
  });

  it('prints on a dry run what it would submit, and sends nothing', async () => {
    const api = await batchApi();
    const args = [...JOB, '--array', '3', '--wait', '--dry-run', '--', '--dry-run'];
    const { code, document } = await submit(args, { env: api.environment });
    expect(code).toBe(0);
    expect(document.status).toBe('DRY_RUN');
    expect(document.requests).toMatchObject([
      { jobDefinition: 'replay', arrayProperties: { size: 3 } },
      { dependsOn: [{ jobId: '<id of the array job>' }] },
    ]);
    const { environment } = document.requests[0].containerOverrides;
    expect(environment).toContainEqual({ name: 'DRY_RUN', value: 'true' });
    expect(api.requests).toEqual([]);
  });

  it('asks for the run that a report is to be made of', async () => {
    const args = ['report', ...JOB.slice(1), '--dry-run'];
    const { code, document } = await submit(args, {});
    expect(code).toBe(2);
    expect(document.error).toContain('--run-key KEY');
    const named = await submit([...args, '--run-key', 'execution-1'], {});
    expect(named.document.requests[0].containerOverrides.environment).toContainEqual({
      name: 'RUN_KEY',
      value: 'execution-1',
    });
  });

  it('prints its help', async () => {
    const { code, document } = await submit(['--help'], {});
    expect(code).toBe(0);
    expect(document).toContain('--definition');
    expect(document).toContain('--window-days');
  });

  it('says that there is no region, no credentials', async () => {
    const api = await batchApi();
    const { AWS_REGION, AWS_ACCESS_KEY_ID: _, ...anonymous } = api.environment;
    const nowhere = await submit(JOB, { env: anonymous });
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('set AWS_REGION')]);
    const nobody = await submit(JOB, { env: { ...anonymous, AWS_DEFAULT_REGION: `${AWS_REGION}` } });
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('set AWS_PROFILE')]);
    expect(api.requests).toEqual([]);
  });
});

describe.concurrent('submission', () => {
  it('pins the newest active revision, and carries the settings and nothing of the shell', async () => {
    const api = await batchApi();
    const shell = { ANTHROPIC_API_KEY: 'secret', OUT_URI: 's3://elsewhere', END_TIME_ISO: '2001-01-01' };
    const args = [...JOB.slice(0, 5), '--out', 's3://bucket/out', '--run-key', 'by:hand'];
    const before = Date.now();
    const { code, stderr, document } = await submit(args, { env: { ...api.environment, ...shell } });
    expect(code).toBe(0);
    expect(api.submitted).toHaveLength(1);
    const { environment, command } = api.submitted[0]?.containerOverrides ?? {};
    const values = Object.fromEntries((environment ?? []).map(({ name, value }) => [name, value]));
    const { END_TIME_ISO: end, ...others } = values;
    expect(others).toEqual({ REPLAY_JOB: 'counterfactual', OUT_URI: 's3://bucket/out', RUN_KEY: 'by:hand' });
    expect(Date.parse(`${end}`)).toBeGreaterThanOrEqual(before);
    expect(command).toEqual(['counterfactual']);
    expect(api.submitted[0]).toMatchObject({
      jobName: 'replay-counterfactual-by-hand',
      jobDefinition: 'replay:4',
    });
    expect(document).toMatchObject({
      status: 'SUBMITTED',
      definition: 'replay:4',
      end_time_iso: end,
      result_uri: 's3://bucket/out/_replay_runs/by:hand/counterfactual.json',
      jobs: [
        { role: 'plain', id: 'job-1', console_url: expect.stringContaining('eu-west-1#jobs/detail/job-1') },
      ],
    });
    expect(stderr).toContain(document.jobs[0].console_url);
    expect(stderr).not.toContain('\u001b');
  });

  it('of an array: the array, then the fold that depends on it', async () => {
    const api = await batchApi();
    const { code, stderr, document } = await submit([...JOB, '--array', '16'], { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toContain('the fold runs only when every child succeeds; otherwise submit the same with');
    const [array, fold] = api.submitted;
    expect(array).toMatchObject({ arrayProperties: { size: 16 } });
    expect(fold).toMatchObject({ dependsOn: [{ jobId: 'job-1' }] });
    expect(fold).not.toHaveProperty('arrayProperties');
    expect(fold?.containerOverrides).toEqual(array?.containerOverrides);
    expect(array?.containerOverrides?.environment).toContainEqual({ name: 'ARRAY_SIZE', value: '16' });
    expect(document.jobs).toMatchObject([{ role: 'array' }, { role: 'fold' }]);
  });

  it.each([
    ['breaks off', () => Promise.reject(new Error('broken off'))],
    ['does not come', () => new Promise<undefined>(() => {})],
  ])('submits nothing twice where the answer %s', { timeout: 30_000 }, async (_what, lose) => {
    const api = await batchApi({ refuse: (action) => (action === 'submitjob' ? lose() : undefined) });
    const { code, document } = await submit(JOB, { env: api.environment });
    expect([code, document.status]).toEqual([1, 'ERROR']);
    expect(document.error).toContain('the job may be in the queue all the same');
    expect(api.of('submitjob')).toHaveLength(1);
  });

  it('says what stands when the fold is refused', async () => {
    const refuse = (action: string, n: number) =>
      action === 'submitjob' && n === 1 ? { status: 400, type: 'ClientException' } : undefined;
    const api = await batchApi({ refuse });
    const { code, stderr, document } = await submit([...JOB, '--array', '2'], { env: api.environment });
    expect([code, document.status]).toEqual([1, 'ERROR']);
    expect(stderr).toContain('the array job job-1 goes on');
    expect(stderr).toContain('the fold is not submitted: when the array has ended, submit the same with');
    expect(stderr).toContain('aws batch terminate-job --region eu-west-1 --job-id job-1');
  });

  it('submits nothing when it is interrupted before', async () => {
    const script = Promise.withResolvers<{ kill(signal: 'SIGINT'): boolean }>();
    const api = await batchApi({
      refuse: async (action) => {
        if (action !== 'describejobdefinitions') return;
        (await script.promise).kill('SIGINT');
        await sleep(200);
      },
    });
    const { code, document } = await submit(JOB, { env: api.environment, onStart: script.resolve });
    expect(code).toBe(130);
    expect(document).toEqual({
      status: 'INTERRUPTED',
      error: expect.stringContaining('nothing was submitted'),
    });
    expect(api.submitted).toEqual([]);
  });

  it('finds a revision that is named, by ARN too, and settings of the definition', async () => {
    const containerProperties = {
      image: 'i',
      command: ['concordance', '--window-days', '7'],
      environment: [{ name: 'OUT_URI', value: 's3://defined/out' }],
    };
    const definitions = [{ jobDefinitionName: 'replay', revision: 3, containerProperties }];
    const api = await batchApi({ definitions });
    const arn = 'arn:aws:batch:eu-west-1:1:job-definition/replay:3';
    const { code, stderr, document } = await submit([...JOB, '--definition', arn].toSpliced(3, 2), {
      env: api.environment,
    });
    expect(code).toBe(0);
    expect(api.submitted[0]?.jobDefinition).toBe('replay:3');
    expect(document.result_uri).toBe('s3://defined/out/_replay_runs/2607110900/counterfactual.json');
    expect(stderr).toContain('concordance --window-days 7, is replaced by counterfactual');
  });

  it('ends where the pages of a list name each other for ever', async () => {
    const api = await batchApi({ nextToken: 'same' });
    const { code, stderr } = await submit(JOB, { env: api.environment });
    const message = 'expected the pages of batch:DescribeJobQueues to come to an end';
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(api.requests.length).toBe(2);
  });

  it.each([
    [['--queue', 'other'], 'expected job queue other in eu-west-1, found queue;'],
    [
      ['--definition', 'other'],
      'expected an ACTIVE job definition other in eu-west-1, found none of that name',
    ],
    [
      ['--definition', 'replay:5'],
      'expected an ACTIVE job definition replay:5 in eu-west-1, found only revisions 4, 3',
    ],
  ])('says what is missing: %j', async ([flag, value], message) => {
    const api = await batchApi();
    const args = JOB.map((word, index) => (JOB[index - 1] === flag ? `${value}` : word));
    const { code, stderr } = await submit(args, { env: api.environment });
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(api.submitted).toEqual([]);
  });

  it.each([
    {
      queues: [{ jobQueueName: 'queue', state: 'DISABLED', status: 'VALID' }] as const,
      found: 'found DISABLED',
    },
    { definitions: [{ jobDefinitionName: 'replay', revision: 1 }], found: 'containerProperties' },
  ])('refuses what takes no jobs of ours: $found', async ({ found, ...options }) => {
    const api = await batchApi(options);
    const { code, stderr } = await submit(JOB, { env: api.environment });
    expect([code, stderr]).toEqual([1, expect.stringContaining(found)]);
    expect(api.submitted).toEqual([]);
  });

  it.each([
    [500, 'InternalFailure', {}],
    [429, 'TooManyRequestsException', {}],
    [200, 'no connection', { AWS_ENDPOINT_URL_BATCH: 'http://127.0.0.1:9' }],
  ])('exits with 75 for a fault that passes: %i %s', async (status, type, env) => {
    const api = await batchApi({ refuse: () => ({ status, type }) });
    const { code, stderr } = await submit(JOB, { env: { ...api.environment, ...env } });
    expect([code, stderr]).toEqual([75, expect.stringContaining('the same may work later')]);
  });

  it.each([
    ['describejobqueues', 'batch:DescribeJobQueues'],
    ['describejobdefinitions', 'batch:DescribeJobDefinitions'],
    ['submitjob', 'batch:SubmitJob'],
  ])('says which permission is missing: %s', async (refused, permission) => {
    const refuse = (action: string) =>
      action === refused ? { status: 403, type: 'AccessDeniedException' } : undefined;
    const api = await batchApi({ refuse });
    const { code, stderr } = await submit(JOB, { env: api.environment });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `expected permission for ${permission} in eu-west-1, found AccessDeniedException`,
    );
  });
});

describe.concurrent('--wait', () => {
  it('tells a Spot retry from a failure, and ends with the result', async () => {
    const spot = attempt(143, SPOT);
    const api = await batchApi({
      jobs: [
        [
          { status: 'RUNNING', attempts: [] },
          { status: 'RUNNING', attempts: [] },
          { status: 'RUNNABLE', attempts: [spot] },
          { ...SUCCEEDED, attempts: [spot, attempt(0, EXITED)] },
        ],
      ],
    });
    const args = [...JOB, '--out', out.OK, '--wait'];
    const { code, stderr, document } = await submit(args, { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /RUNNING\n.*attempt 1 interrupted by Spot.*\n.*RUNNABLE\n.*attempt 2 finished, exit 0/,
    );
    expect(stderr.match(/: RUNNING\n/g)).toHaveLength(1);
    expect(stderr).not.toContain('failed');
    expect(document).toMatchObject({
      status: 'SUCCEEDED',
      exit_code: 0,
      attempts: [
        { spot: true, exit_code: 143 },
        { spot: false, exit_code: 0 },
      ],
    });
    expect(document.result).toEqual({ status: 'OK', run_id: '2607110900', summary: { rows: 7 } });
  });

  it('exits with the exit code of the job', async () => {
    const api = await batchApi({
      jobs: [[{ status: 'FAILED', statusReason: EXITED, attempts: [attempt(75, EXITED)] }]],
    });
    const args = [...JOB, '--out', out.ERROR, '--wait'];
    const { code, stderr, document } = await submit(args, { env: api.environment });
    expect(code).toBe(75);
    expect(stderr).toContain(`attempt 1 failed, exit 75 (${EXITED})`);
    expect(document).toMatchObject({ status: 'FAILED', exit_code: 75, result: { status: 'ERROR' } });
  });

  it('takes no earlier run for the result of a job that was killed', async () => {
    const attempts = [attempt(137, 'OutOfMemoryError: killed')];
    const api = await batchApi({ jobs: [[{ status: 'FAILED', attempts }]] });
    const args = [...JOB, '--out', out.OK, '--wait'];
    const { code, stderr, document } = await submit(args, { env: api.environment });
    expect(code).toBe(137);
    expect(stderr).toContain('found one of an earlier run');
    expect(document.result).toBeNull();
  });

  it('exits 1 with the reason of a job that never started', async () => {
    const statusReason = 'Terminated by hand';
    const api = await batchApi({ jobs: [[{ status: 'RUNNABLE' }, { status: 'FAILED', statusReason }]] });
    const args = [...JOB, '--out', out.ERROR, '--wait'];
    const { code, stderr, document } = await submit(args, { env: api.environment });
    expect(code).toBe(1);
    expect(stderr).toContain(`FAILED (${statusReason})`);
    expect(document).toMatchObject({
      status: 'FAILED',
      status_reason: statusReason,
      attempts: [],
      result: null,
    });
  });

  it.each(['--dry-run', '--check'])(
    'looks for no result of a job with %s, which leaves none',
    async (option) => {
      const api = await batchApi();
      const args = [...JOB, '--out', out.OK, '--wait', '--', option];
      const { code, document } = await submit(args, { env: api.environment });
      expect(code).toBe(0);
      expect(document).toMatchObject({ result_uri: null, result: null });
    },
  );

  it('divides no check', async () => {
    const api = await batchApi();
    const { code, document } = await submit([...JOB, '--array', '3', '--', '--check'], {
      env: api.environment,
    });
    expect(code).toBe(2);
    expect(document.error).toContain('found --check');
    expect(api.submitted).toHaveLength(0);
  });

  it('bears throttling, and a job that Batch does not know yet', async () => {
    // One poll and the tries of the SDK for it.
    const refuse = (action: string, n: number) =>
      action === 'describejobs' && n < 3 ? { status: 429, type: 'TooManyRequestsException' } : undefined;
    const api = await batchApi({ refuse, jobs: [[{ jobId: 'not yet' }, SUCCEEDED]] });
    const args = [...JOB, '--out', out.OK, '--wait'];
    const { code, document } = await submit(args, { env: api.environment });
    expect([code, document.status]).toEqual([0, 'SUCCEEDED']);
    expect(api.of('describejobs').length).toBeGreaterThanOrEqual(5);
    expect(api.submitted).toHaveLength(1);
  });

  it('names the job that goes on when it may not follow it', async () => {
    const refuse = (action: string) =>
      action === 'describejobs' ? { status: 403, type: 'AccessDeniedException' } : undefined;
    const api = await batchApi({ refuse });
    const { code, stderr, document } = await submit([...JOB, '--wait'], { env: api.environment });
    expect(code).toBe(1);
    expect(document).toMatchObject({
      status: 'ERROR',
      error: expect.stringContaining('permission for batch:DescribeJobs'),
      jobs: [{ id: 'job-1' }],
    });
    expect(stderr).toContain('the plain job job-1 goes on');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops following on %s; the job goes on', async (name) => {
    const api = await batchApi({ jobs: [[{ status: 'RUNNING' }]] });
    const { code, stderr, document } = await submit([...JOB, '--wait'], {
      env: api.environment,
      onStderr: (child, text) => {
        if (text.includes('RUNNING') && !text.includes('goes on')) child.kill(name);
      },
    });
    expect(code).toBe(name === 'SIGINT' ? 130 : 143);
    expect(document).toMatchObject({ status: 'INTERRUPTED', jobs: [{ id: 'job-1' }] });
    expect(stderr).toContain('aws batch describe-jobs --region eu-west-1 --jobs job-1');
    expect(stderr).toContain('aws batch terminate-job --region eu-west-1 --job-id job-1');
    expect(api.of('terminatejob')).toEqual([]);
  });

  it('counts the children of an array, and ends with the fold', async () => {
    const children = (statusSummary: Record<string, number>) => ({
      arrayProperties: { size: 4, statusSummary },
    });
    const api = await batchApi({
      jobs: [
        [
          { status: 'PENDING', ...children({ RUNNING: 3, SUCCEEDED: 1, FAILED: 0 }) },
          { status: 'SUCCEEDED', ...children({ SUCCEEDED: 4 }) },
        ],
        [{ status: 'PENDING' }, { status: 'RUNNING' }, SUCCEEDED],
      ],
    });
    const args = [...JOB, '--out', out.OK, '--array', '4', '--wait'];
    const { code, stderr, document } = await submit(args, { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toContain('2607110900-array: PENDING, children 3 RUNNING, 1 SUCCEEDED\n');
    expect(stderr).toContain('2607110900-array: SUCCEEDED, children 4 SUCCEEDED\n');
    expect(document.result.summary).toEqual({ rows: 7 });
  });

  it('submits the fold though a child of the array failed, and shows the log of that child', async () => {
    const failed = { container: { exitCode: 1, logStreamName: 'child/1' }, statusReason: EXITED };
    const api = await batchApi({
      jobs: [
        [{ status: 'FAILED', arrayProperties: { size: 2, statusSummary: { FAILED: 1, SUCCEEDED: 1 } } }],
        [{ status: 'FAILED', statusReason: 'Terminated by hand' }],
      ],
      failedChildren: [{ jobId: 'job-1:1', arrayProperties: { index: 1 }, ...failed }],
      logs: { '/aws/batch/job child/1': ['the child said'] },
    });
    const { code, stderr, document } = await submit([...JOB, '--array', '2', '--logs'], {
      env: api.environment,
    });
    expect(code).toBe(1);
    expect(api.submitted).toHaveLength(2);
    expect(api.submitted[1]).not.toHaveProperty('dependsOn');
    expect(document).toMatchObject({ status: 'FAILED', status_reason: 'Terminated by hand' });
    expect(stderr).toContain(`child 1 failed, exit 1 (${EXITED})`);
    expect(stderr).toContain('the child said');
    expect(api.of('listjobs')[0]?.body).toMatchObject({ arrayJobId: 'job-1', jobStatus: 'FAILED' });
  });
});

describe.concurrent('--logs', () => {
  const lines = Array.from({ length: 150 }, (_, n) => `line ${n};`);

  it('prints the end of the last attempt', async () => {
    const first = attempt(143, SPOT);
    const last = { ...attempt(0, EXITED), container: { exitCode: 0, logStreamName: 'replay/2' } };
    const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/own/group' } } as const;
    const api = await batchApi({
      jobs: [[{ ...SUCCEEDED, attempts: [first, last], container: { logConfiguration } }]],
      logs: { '/own/group replay/2': lines },
    });
    const args = [...JOB, '--out', out.OK, '--logs'];
    const { code, stderr } = await submit(args, { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toContain('line 50;\n');
    expect(stderr).toContain('line 149;\n');
    expect(stderr).not.toContain('line 49;');
  });

  it('waits for no log that does not come, and leaves the exit code', { timeout: 90_000 }, async () => {
    const never = new Promise<undefined>(() => {});
    const api = await batchApi({
      refuse: (action) => (action.toLowerCase().includes('logevents') ? never : undefined),
    });
    const { code, stderr } = await submit([...JOB, '--out', out.OK, '--logs'], { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toContain('expected logs:GetLogEvents in eu-west-1 to answer');
  });

  it('says that there is no log yet, and leaves the exit code', async () => {
    const api = await batchApi();
    const args = [...JOB, '--out', out.OK, '--logs'];
    const { code, stderr } = await submit(args, { env: api.environment });
    expect(code).toBe(0);
    expect(stderr).toContain('expected log stream replay/default/1 in group /aws/batch/job, found none yet');
  });
});
