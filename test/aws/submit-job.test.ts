import { fileURLToPath } from 'node:url';
import {
  BatchClient,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeJobsCommand,
  type JobDetail,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, FIXTURES_END, filesUnder, readJson, run, temporaryFolder } from '../e2e/program.ts';
import { type Submitted, submit } from '../submit/script.ts';
import { type Moto, startMoto } from './servers/moto.ts';

const JOB = ['counterfactual', '--queue', 'spot', '--definition', 'replay'];
const ROLE = { trust: 'arn:aws:iam::123456789012:role/batch', name: 'batch' };

let moto: Moto;
let batch: BatchClient;

/** Moto with a queue `spot` and two revisions of a job definition `replay`. */
beforeAll(async () => {
  moto = await startMoto();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  batch = new BatchClient({ endpoint: moto.url, region: 'us-east-1', credentials });
  await post(`${moto.url}/moto-api/config`, JSON.stringify({ batch: { use_docker: false } }));
  const role = {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: ROLE.name,
    AssumeRolePolicyDocument: '{}',
  };
  await post(moto.url, new URLSearchParams(role));
  await batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'spot',
      type: 'UNMANAGED',
      state: 'ENABLED',
      serviceRole: ROLE.trust,
    }),
  );
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'spot' }];
  await batch.send(
    new CreateJobQueueCommand({
      jobQueueName: 'spot',
      priority: 1,
      state: 'ENABLED',
      computeEnvironmentOrder,
    }),
  );
  for (const MAX_DEPTH of ['1', '2']) {
    await batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: 'replay',
        type: 'container',
        containerProperties: {
          image: 'replay-batch',
          resourceRequirements: [
            { type: 'VCPU', value: '1' },
            { type: 'MEMORY', value: '2048' },
          ],
          environment: [
            { name: 'MAX_DEPTH', value: MAX_DEPTH },
            { name: 'METRICS', value: 'none' },
          ],
        },
      }),
    );
  }
});

afterAll(async () => {
  batch?.destroy();
  await moto?.close();
});

async function post(url: string, body: string | URLSearchParams): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request';
  const { ok, status } = await fetch(url, { method: 'POST', body, headers: { authorization } });
  if (!ok) throw new Error(`${url} answered ${status}`);
}

function submitTo(args: readonly string[]): Promise<Submitted> {
  return submit(args, { env: moto.environment });
}

async function describeJob(id: string): Promise<JobDetail> {
  const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [id] }));
  return jobs?.[0] as JobDetail;
}

describe('submit-job.ts on moto', () => {
  it('gives the container what makes the program do the job, the result where it was said to be', async () => {
    const out = await temporaryFolder();
    const job = [...JOB, '--corpus', FIXTURES, '--out', out.uri, '--end-time-iso', FIXTURES_END];
    const { code, document } = await submitTo([...job, '--agents', 'ic_cio', '--agents', 'macro_economist']);
    expect(code).toBe(0);
    expect(document.definition).toBe('replay:2');

    const { container, jobDefinition, arrayProperties } = await describeJob(document.jobs[0].id);
    expect(jobDefinition).toContain('replay:2');
    expect(arrayProperties).toBeUndefined();
    const env = Object.fromEntries((container?.environment ?? []).map(({ name, value }) => [name, value]));
    const ran = await run(container?.command ?? [], { env });
    expect(ran.code).toBe(0);
    expect(ran.envelope).toMatchObject({
      status: 'OK',
      result_uri: document.result_uri,
      run_id: document.run_id,
    });
    expect(ran.envelope.summary.max_depth).toBe(2);
    const key = fileURLToPath(document.result_uri).slice(out.path.length + 1);
    expect(await filesUnder(out.path)).toContain(key);
    const { lists: _, making: __, ...result } = await readJson(out.path, key);

    // The same submission again, followed: the result object is there now.
    const again = await submitTo([...job, '--wait']);
    expect(again.code).toBe(0);
    expect(again.document).toMatchObject({ status: 'SUCCEEDED', result });
    expect(again.document.result).not.toHaveProperty('lists');
    expect(again.document.result).not.toHaveProperty('making');
  });

  it('fixes a window end that is not given, for all attempts and children', async () => {
    const { document } = await submitTo([...JOB, '--array', '3', '--wait']);
    const [array, fold] = document.jobs;
    const [parent, child, last] = await Promise.all([array.id, `${array.id}:2`, fold.id].map(describeJob));
    const end = ({ container }: JobDetail) =>
      container?.environment?.find(({ name }) => name === 'END_TIME_ISO')?.value;
    expect(Date.parse(`${end(last as JobDetail)}`)).toBeGreaterThan(Date.now() - 60_000);
    expect(end(child as JobDetail)).toBe(end(last as JobDetail));
    expect(parent?.arrayProperties).toMatchObject({ size: 3, statusSummary: { SUCCEEDED: 3 } });
    expect(last?.arrayProperties).toBeUndefined();
    expect(Number(last?.createdAt)).toBeGreaterThanOrEqual(Number(parent?.stoppedAt));
    expect(document).toMatchObject({ status: 'SUCCEEDED', exit_code: 0 });
  });

  it('submits an array of one as a plain job', async () => {
    const { code, document } = await submitTo([...JOB, '--array', '1']);
    expect(code).toBe(0);
    expect(document.jobs).toMatchObject([{ role: 'plain' }]);
    expect((await describeJob(document.jobs[0].id)).arrayProperties).toBeUndefined();
  });

  it('takes an older revision that is named', async () => {
    const { document } = await submitTo(['counterfactual', '--queue', 'spot', '--definition', 'replay:1']);
    expect((await describeJob(document.jobs[0].id)).jobDefinition).toContain('replay:1');
  });

  it.each([
    [['--queue', 'absent', '--definition', 'replay'], 'expected job queue absent in us-east-1, found spot;'],
    [
      ['--queue', 'spot', '--definition', 'absent'],
      'expected an ACTIVE job definition absent in us-east-1, found none',
    ],
    [
      ['--queue', 'spot', '--definition', 'replay:9'],
      'expected an ACTIVE job definition replay:9 in us-east-1, found only revisions 2, 1',
    ],
  ])('says what is missing: %j', async (options, message) => {
    const { code, stderr, document } = await submitTo(['counterfactual', ...options]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(document).toEqual({ status: 'ERROR', error: stderr.trim() });
  });
});
