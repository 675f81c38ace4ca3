import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CorpusObject } from '../../scripts/corpus/envelope.ts';
import { generateCorpus } from '../../scripts/corpus/generate.ts';
import { daysBetween } from '../../src/corpus/window.ts';
import { openStore } from '../../src/store/open.ts';
import { type Finished, type Json, run } from '../e2e/program.ts';
import { movedToToday, TODAY } from '../e2e/today.ts';
import { type Moto, startMoto } from './servers/moto.ts';
import { startVersitygw, type Versitygw } from './servers/versitygw.ts';

const NAMESPACE = 'AlphaEngine/Eval';
const END = `${TODAY}T00:30:00Z`;

let s3: Versitygw;
let moto: Moto;

/** A corpus that ends today, on an S3 server that checks signatures; CloudWatch by moto. */
beforeAll(async () => {
  s3 = await startVersitygw();
  moto = await startMoto();
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  const store = openStore(`s3://${s3.bucket}`);
  const objects = [...generateCorpus({ seed: 'aws' })];
  const put = ({ key, body }: CorpusObject) => store.put(movedToToday(key), body);
  while (objects.length > 0) await Promise.all(objects.splice(0, 32).map(put));
  store.close();
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await s3?.close();
  await moto?.close();
});

function runJob(...args: string[]): Promise<Finished> {
  const env = { ...s3.environment, AWS_ENDPOINT_URL_CLOUDWATCH: moto.url };
  const uri = `s3://${s3.bucket}/decision_artifacts`;
  return run(['counterfactual', '--corpus', uri, '--end-time-iso', END, ...args], { env });
}

function cloudWatch(): CloudWatchClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new CloudWatchClient({ endpoint: moto.url, region: 'us-east-1', credentials });
}

/** Number of samples of each metric, by name and agent. */
async function samples(): Promise<Record<string, number>> {
  const client = cloudWatch();
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: NAMESPACE }));
  const counts: Record<string, number> = {};
  for (const metric of Metrics) {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.parse(END) - 86_400_000),
        EndTime: new Date(Date.parse(END) + 86_400_000),
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric: metric, Period: 60, Stat: 'SampleCount' } }],
      }),
    );
    const values = MetricDataResults?.[0]?.Values ?? [];
    counts[`${metric.MetricName} ${metric.Dimensions?.[0]?.Value}`] = values.reduce((sum, n) => sum + n, 0);
  }
  client.destroy();
  return counts;
}

describe('counterfactual over S3 and CloudWatch', () => {
  it('emits nothing on a dry run', async () => {
    const { code } = await runJob('--dry-run');
    expect(code).toBe(0);
    expect(await samples()).toEqual({});
  });

  it('emits every agent once, whoever runs at the same time and again', async () => {
    const runs = await Promise.all([runJob(), runJob()]);
    const again = await runJob();
    for (const { code, envelope } of [...runs, again]) {
      expect(code).toBe(0);
      expect(envelope.status).toBe('OK');
    }
    const emitted = runs.map(({ envelope }) => envelope.summary.metrics.emitted).sort((a, b) => a - b);
    const agents = again.envelope.summary.per_agent.filter(
      ({ newest_input_date }: Json) => daysBetween(newest_input_date, TODAY) <= 14,
    );
    expect(again.envelope.summary.metrics.emitted).toBe(0);

    const expected: Record<string, number> = {};
    for (const agent of agents as Json[]) {
      const { agent_id_base, kind, out_of_sample, lower, upper, baseline, optimal } = agent;
      const name = kind === 'llm' ? 'agent_counterfactual_rule_fit' : 'control_rule_fit';
      expected[`${name} ${agent_id_base}`] = 1;
      expected[`${name}_n_samples ${agent_id_base}`] = 1;
      for (const [suffix, value] of Object.entries({ cv: out_of_sample, lower, upper, baseline, optimal })) {
        if (value !== null) expected[`${name}_${suffix} ${agent_id_base}`] = 1;
      }
    }
    expect(emitted).toEqual([0, Object.keys(expected).length]);
    expect(Object.keys(expected).length).toBeGreaterThan(4);
    expect(await samples()).toEqual(expected);
  });

  it('leaves one datapoint when it only checks', async () => {
    const before = await samples();
    const { code, envelope } = await runJob('--check');
    expect(code).toBe(0);
    expect(envelope.summary.checks.map(({ ok }: Json) => ok)).toEqual(
      envelope.summary.checks.map(() => true),
    );
    expect(await samples()).toEqual({ ...before, 'replay_batch_check counterfactual': 1 });
  });
});
