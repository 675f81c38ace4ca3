import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type S3Request, type S3Server, startS3Server } from '../servers/s3/server.ts';
import { fixtureRun } from './fixture-run.ts';
import { FIXTURES, FIXTURES_END, type Finished, filesUnder, type Json, run } from './program.ts';

const CORPUS = 'decision_artifacts';
const ARGS = ['counterfactual', '--corpus', `s3://bucket/${CORPUS}`, '--end-time-iso', FIXTURES_END];

let objects: Record<string, Uint8Array>;
/** What a run over the folder kept of its fits: found again only where the rows are the same. */
let fits: Record<string, Uint8Array>;
let overFolder: Json;
let server: S3Server;

beforeAll(async () => {
  const whole = await fixtureRun('counterfactual');
  overFolder = whole.envelope.summary;
  objects = await objectsUnder(fileURLToPath(FIXTURES));
  const isFit = (key: string) => key.includes('/fits/');
  fits = await objectsUnder(whole.out, isFit);
});

async function objectsUnder(folder: string, isWanted: (key: string) => boolean = () => true) {
  const keys = (await filesUnder(folder)).filter(isWanted);
  const bodies = await Promise.all(keys.map((key) => readFile(join(folder, key))));
  return Object.fromEntries(keys.map((key, index) => [`${CORPUS}/${key}`, bodies[index] as Uint8Array]));
}

beforeEach(async () => {
  server = await startS3Server({ objects: { ...objects, ...fits }, pageSize: 50 });
});

afterEach(() => server.close());

function runOverS3(...args: string[]): Promise<Finished> {
  return run([...ARGS, '--metrics', 'none', ...args], { env: server.environment });
}

const isRead = ({ method, key }: S3Request) => method === 'GET' && key.endsWith('.json');

function numbersOf(summary: Json): Json {
  const { per_agent, per_family, load_failures, not_listed } = summary;
  return {
    per_agent: per_agent.map(({ analysis_key, ...rest }: Json) => rest),
    per_family,
    load_failures,
    not_listed,
  };
}

describe('counterfactual over S3', () => {
  it('concludes what it does over a folder, and writes the same files', async () => {
    const { code, envelope } = await runOverS3();
    expect(code).toBe(0);
    expect(envelope.status).toBe('OK');
    expect(numbersOf(envelope.summary)).toEqual(numbersOf(overFolder));
    expect(envelope.result_uri).toBe(`s3://bucket/${CORPUS}/_replay_runs/2607110900/counterfactual.json`);
    const result = server.objects.get(`${CORPUS}/_replay_runs/2607110900/counterfactual.json`);
    expect(JSON.parse(String(result?.body))).toMatchObject(envelope);
    const latest = JSON.parse(
      String(server.objects.get(`${CORPUS}/_counterfactual/ic_cio/latest.json`)?.body),
    );
    expect(latest.artifact_key).toBe(`${CORPUS}/_counterfactual/ic_cio/2607110900.json`);
    for (const { analysis_key } of envelope.summary.per_agent)
      expect(server.objects.has(analysis_key)).toBe(true);
    const report = server.objects.get(`${CORPUS}/_replay_runs/2607110900/report.html`);
    expect(report?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(envelope.report_uri).toBe(`s3://bucket/${CORPUS}/_replay_runs/2607110900/report.html`);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'PUT',
      key: expect.stringContaining('_replay_runs'),
    });
  });

  it('reads no object of a family that was not asked for, nor of an unknown one', async () => {
    await runOverS3('--agents', 'ic_cio');
    const read = server.requests.filter(isRead).map(({ key }) => key.slice(CORPUS.length + 1));
    const captures = read.filter((key) => !key.startsWith('_'));
    expect(captures.length).toBeGreaterThan(0);
    expect(captures.every((key) => /^\d{4}\/\d\d\/\d\d\/ic_cio\//.test(key))).toBe(true);
  });

  it('writes nothing on a dry run', async () => {
    const { code } = await runOverS3('--dry-run', '--agents', 'thinktank_thesis');
    expect(code).toBe(0);
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('comes to the same through 503, cut bodies, resets and slow answers', async () => {
    const every = (share: number) => {
      let count = 0;
      return (request: S3Request) => isRead(request) && count++ % share === 0;
    };
    server.inject({ does: { status: 503, code: 'SlowDown' }, on: every(11), times: 40 });
    server.inject({ does: { truncateAt: 100 }, on: every(13), times: 40 });
    server.inject({ does: 'reset', on: every(17), times: 30 });
    server.inject({ does: { delay: 300 }, on: every(7), times: 50 });
    server.inject({ does: { status: 503, code: 'SlowDown' }, on: ({ key }) => key === '', times: 3 });
    const { code, envelope } = await runOverS3();
    expect(code).toBe(0);
    expect(envelope.status).toBe('OK');
    expect(numbersOf(envelope.summary)).toEqual(numbersOf(overFolder));
  });

  it('counts what it left to the SDK, and what it read again', async () => {
    server.inject({ does: { status: 418 }, on: isRead, times: 3 });
    server.inject({ does: 'reset', on: isRead, times: 2 });
    const { code, envelope, stderr } = await runOverS3('--agents', 'macro_economist', '--no-cache');
    expect(code).toBe(0);
    expect(envelope.status).toBe('OK');
    expect(stderr).toMatch(/"reads_retried":2/);
    expect(stderr).toMatch(/"reads_by_sdk":3/);
  });

  it('counts an object that stays unreadable, by name, and is PARTIAL', async () => {
    const [key] = Object.keys(objects).filter((one) => one.includes('/macro_economist/'));
    server.inject({ does: { status: 403, code: 'AccessDenied' }, on: (request) => request.key === key });
    const { code, envelope } = await runOverS3('--agents', 'macro_economist');
    expect(code).toBe(0);
    expect(envelope.status).toBe('PARTIAL');
    expect(envelope.summary.load_failures).toMatchObject({
      count: 1,
      sample: [{ key: key?.slice(CORPUS.length + 1), error: expect.stringContaining('s3:GetObject') }],
    });
  });

  it('ends with 75 when a passing fault outlasts the retries', async () => {
    server.inject({ does: { status: 503, code: 'SlowDown' }, on: ({ key }) => key === '' });
    const { code, envelope } = await run([...ARGS, '--metrics', 'none'], {
      env: { ...server.environment, AWS_MAX_ATTEMPTS: '2' },
    });
    expect(code).toBe(75);
    expect(envelope).toMatchObject({ status: 'ERROR', error: expect.stringContaining('2 tries') });
  });

  it('ends with 75 when every object fails for passing reasons, with 1 when for lasting ones', async () => {
    const env = { ...server.environment, AWS_MAX_ATTEMPTS: '2' };
    const args = [...ARGS, '--metrics', 'none', '--agents', 'macro_economist'];
    server.inject({ does: { status: 503, code: 'SlowDown' }, on: isRead });
    const passing = await run(args, { env });
    expect(passing.code).toBe(75);
    server.heal();
    server.inject({ does: { status: 403, code: 'AccessDenied' }, on: isRead });
    const lasting = await run(args, { env });
    expect(lasting.code).toBe(1);
    for (const { envelope } of [passing, lasting]) {
      expect(envelope).toMatchObject({ status: 'ERROR', error: expect.stringContaining('every one failed') });
    }
  });

  it('ends with 1 and says what to do when listing is refused', async () => {
    server.inject({ does: { status: 403, code: 'AccessDenied' }, on: ({ key }) => key === '' });
    const { code, envelope } = await runOverS3();
    expect(code).toBe(1);
    expect(envelope).toMatchObject({ status: 'ERROR', error: expect.stringContaining('s3:ListBucket') });
  });

  it('ends with 75 when nobody answers', async () => {
    const { environment } = server;
    await server.close();
    const { code, envelope } = await run([...ARGS, '--metrics', 'none'], {
      env: { ...environment, AWS_MAX_ATTEMPTS: '2' },
    });
    await server.listen();
    expect(code).toBe(75);
    expect(envelope.error).toContain('unreachable');
  });
});
