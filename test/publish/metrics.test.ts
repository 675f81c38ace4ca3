import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { putToCloudWatch } from '../../src/publish/cloudwatch.ts';
import { type AgentData, type EmittingRun, emitMetrics as emitSeries } from '../../src/publish/metrics.ts';
import type { Emission } from '../../src/results/metrics.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type S3Request, startS3Server } from '../servers/s3/server.ts';

const END = new Date('2026-05-16T09:00:00Z');

function agent(name: string, newestInput = '2026-05-16'): AgentData {
  const dimensions = { judged_agent_id: name };
  return {
    agent: name,
    newestInput,
    data: [
      { name: 'agent_counterfactual_rule_fit', dimensions, unit: 'None', value: 0.9 },
      { name: 'agent_counterfactual_rule_fit_n_samples', dimensions, unit: 'Count', value: 40 },
    ],
  };
}

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'metrics-'));
  store = openStore(pathToFileURL(root).href);
  return () => rm(root, { recursive: true });
});

type Change = Partial<Pick<EmittingRun, 'now' | 'signal'>> & { target?: Emission['target'] };

function emitMetrics(agents: readonly AgentData[], { target = 'file', ...change }: Change = {}) {
  return emitSeries(agents, 'counterfactual', {
    settings: { job: 'counterfactual', metrics: target, endTime: END },
    runId: '2605160900',
    window: { end: '2026-05-16' },
    out: store,
    now: new Date('2026-05-17T00:00:00Z'),
    signal: new AbortController().signal,
    ...change,
  });
}

async function emittedLines(): Promise<{ timestamp: string; name: string }[]> {
  const text = await readFile(join(root, '_metrics/2605160900_counterfactual.ndjson'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('metrics to a file', () => {
  it('stand beside those that another run with the run id has left there', async () => {
    await emitMetrics([agent('ic_cio')]);
    await emitMetrics([agent('macro_economist')]);
    await emitMetrics([agent('ic_cio')]);
    expect(await emittedLines()).toHaveLength(4);
  });

  it('are one line a datapoint at the window end, the same after a second run', async () => {
    await emitMetrics([agent('ic_cio')]);
    const emission = await emitMetrics([agent('ic_cio')]);
    expect(emission).toEqual({ target: 'file', emitted: 2, skipped: [] });
    expect(await emittedLines()).toEqual([
      {
        name: 'agent_counterfactual_rule_fit',
        dimensions: { judged_agent_id: 'ic_cio' },
        unit: 'None',
        value: 0.9,
        timestamp: END.toISOString(),
      },
      expect.objectContaining({ name: 'agent_counterfactual_rule_fit_n_samples', unit: 'Count', value: 40 }),
    ]);
  });

  it('stand at now when the window end is still to come', async () => {
    const now = new Date('2026-05-16T08:00:00Z');
    await emitMetrics([agent('ic_cio')], { now });
    expect((await emittedLines())[0]?.timestamp).toBe(now.toISOString());
  });

  it('are written for an old window end, too, and beside lines that are none', async () => {
    await mkdir(join(root, '_metrics'));
    await writeFile(join(root, '_metrics/2605160900_counterfactual.ndjson'), 'no JSON\nnull\n[1]\n');
    const emission = await emitMetrics([agent('ic_cio')], { now: new Date('2027-05-31T00:00:00Z') });
    expect(emission).toEqual({ target: 'file', emitted: 2, skipped: [] });
    expect(await emittedLines()).toHaveLength(2);
  });

  it('are held back for an agent whose newest input is more than 14 days old', async () => {
    const agents = [agent('ic_cio', '2026-05-02'), agent('macro_economist', '2026-05-01')];
    const emission = await emitMetrics(agents);
    expect(emission).toMatchObject({
      emitted: 2,
      skipped: [{ agent_id_base: 'macro_economist', reason: 'newest_input_older_than_14_days' }],
    });
  });

  it('are nothing at all for none', async () => {
    await emitMetrics([agent('ic_cio')], { target: 'none' });
    expect(await readdir(root)).toEqual([]);
  });
});

describe('metrics to CloudWatch', () => {
  let server: Server;
  let bodies: { Namespace: string; MetricData: { MetricName: string }[] }[];
  let answer: number;

  beforeEach(async () => {
    bodies = [];
    answer = 200;
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (answer === 200) bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
        if (answer === 0) return;
        if (answer === 1) {
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).write('{');
          return;
        }
        response.writeHead(answer, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(answer === 200 ? '{}' : '{"__type":"AccessDenied","message":"no"}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL_CLOUDWATCH = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.AWS_ACCESS_KEY_ID = 'id';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  });

  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL_CLOUDWATCH;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('go out in one request, once for a run id, whoever runs again', async () => {
    const first = await emitMetrics([agent('ic_cio'), agent('x')], { target: 'cloudwatch' });
    const second = await emitMetrics([agent('ic_cio'), agent('x')], { target: 'cloudwatch' });
    expect(first.emitted).toBe(4);
    expect(second).toMatchObject({
      emitted: 0,
      skipped: [
        { agent_id_base: 'ic_cio', reason: 'already_emitted_for_this_run_id' },
        { agent_id_base: 'x', reason: 'already_emitted_for_this_run_id' },
      ],
    });
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.Namespace).toBe('AlphaEngine/Eval');
    expect(bodies[0]?.MetricData).toHaveLength(4);
  });

  it('go out once of eight runs at the same time', async () => {
    const runs = Array.from({ length: 8 }, () => emitMetrics([agent('a')], { target: 'cloudwatch' }));
    const emissions = await Promise.all(runs);
    expect(emissions.map(({ emitted }) => emitted).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect(bodies).toHaveLength(1);
  });

  it('are reported when the service refuses, and go out on the next run', async () => {
    answer = 403;
    const refused = await emitMetrics([agent('ic_cio')], { target: 'cloudwatch' });
    expect(refused).toMatchObject({ emitted: 0, error: expect.stringContaining('PutMetricData') });
    answer = 200;
    expect((await emitMetrics([agent('ic_cio')], { target: 'cloudwatch' })).emitted).toBe(2);
  });

  it.each([
    [403, 1],
    [500, 75],
  ])('are refused with %i: exit code %i for whoever ends for it', async (status, exitCode) => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '2');
    onTestFinished(() => void vi.unstubAllEnvs());
    answer = status;
    const { data } = agent('ic_cio');
    await expect(putToCloudWatch(data, END, new AbortController().signal)).rejects.toMatchObject({
      exitCode,
    });
  });

  it.each([
    ['answers nothing', 0],
    ['ends no answer', 1],
  ])('are given up where the service %s', { timeout: 15_000 }, async (_what, given) => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    answer = given;
    const emission = await emitMetrics([agent('ic_cio')], { target: 'cloudwatch' });
    expect(emission).toMatchObject({ emitted: 0, error: expect.stringContaining('expected CloudWatch') });
  });

  it('go out after an outage of two seconds', async () => {
    answer = 500;
    setTimeout(() => {
      answer = 200;
    }, 2_000);
    expect((await emitMetrics([agent('ic_cio')], { target: 'cloudwatch' })).emitted).toBe(2);
  });

  it('are held back for a window end older than two weeks, and nothing is claimed', async () => {
    const now = new Date('2026-05-31T00:00:00Z');
    const emission = await emitMetrics([agent('ic_cio')], { target: 'cloudwatch', now });
    expect(emission).toMatchObject({
      emitted: 0,
      skipped: [{ agent_id_base: 'ic_cio', reason: 'window_end_older_than_two_weeks' }],
    });
    expect(await readdir(root)).toEqual([]);
  });

  const CLAIM = '_replay_runs/2605160900/counterfactual.metrics.1.json';
  const claim = (state: string, secondsAgo: number) => {
    const at = new Date(Date.now() - 1000 * secondsAgo).toISOString();
    return store.put(CLAIM, JSON.stringify({ state, at }));
  };
  const emit = (change: Change = {}) => emitMetrics([agent('ic_cio')], { target: 'cloudwatch', ...change });

  it.each([
    ['outlived its maker', () => claim('claimed', 120)],
    ['is no claim', () => store.put(CLAIM, 'null')],
    ['has no date', () => store.put(CLAIM, '{"state":"claimed"}')],
  ])('are taken over from a claim that %s', async (_what, leave) => {
    await leave();
    expect((await emit()).emitted).toBe(2);
    expect((await emit()).emitted).toBe(0);
  });

  it('wait for a claim that is dated ahead no longer than for any other', async () => {
    await claim('claimed', -86_400);
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const emission = emit();
    setTimeout(() => vi.advanceTimersByTime(61_000), 500);
    expect((await emission).emitted).toBe(2);
  });

  it('stop waiting for a claim when the run is to stop', async () => {
    await claim('claimed', 0);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('told to stop')), 100);
    await expect(emit({ signal: stop.signal })).rejects.toThrow('told to stop');
    expect(bodies).toEqual([]);
  });

  it('are not emitted again by who finds that a run ended while it sent them', async () => {
    await claim('sending', 120);
    expect((await emit()).skipped).toEqual([
      { agent_id_base: 'ic_cio', reason: 'may_have_been_emitted_for_this_run_id' },
    ]);
    expect(bodies).toEqual([]);
  });

  it('are emitted once where the claim cannot be settled afterwards, which is said', async () => {
    let puts = 0;
    const isSettling = ({ method, key }: S3Request) => method === 'PUT' && key.endsWith(CLAIM) && ++puts > 2;
    const refused = { does: { status: 403, code: 'AccessDenied' }, on: isSettling };
    const s3 = await startS3Server({ faults: [refused] });
    onTestFinished(() => s3.close());
    for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    store = openStore('s3://bucket/out');
    expect(await emit()).toMatchObject({ emitted: 2, error: expect.stringContaining('AccessDenied') });
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 120_000);
    onTestFinished(() => later.mockRestore());
    expect((await emit()).emitted).toBe(0);
    expect(bodies).toHaveLength(1);
  });

  it('go out once where the run is told to stop while the service takes them', async () => {
    const stop = new AbortController();
    server.on('request', (_, response) => {
      const end = response.end.bind(response);
      response.end = ((text: string) => setTimeout(() => end(text), 300)) as never;
      setTimeout(() => stop.abort(new Error('told to stop')), 100);
    });
    expect((await emit({ signal: stop.signal })).emitted).toBe(2);
    expect((await emit()).emitted).toBe(0);
    expect(bodies).toHaveLength(1);
  });

  it('leave the claim to the next run when the run is told to stop while the service hangs', async () => {
    answer = 0;
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('told to stop')), 200);
    const startedAt = performance.now();
    await expect(emit({ signal: stop.signal })).rejects.toThrow('told to stop');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    answer = 200;
    expect((await emit()).emitted).toBe(2);
  });
});
