import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Outcome, publishResult, sampleOf } from '../../src/publish/result.ts';
import type { Found } from '../../src/results/found.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openStore } from '../../src/store/open.ts';
import { readJson } from '../../src/store/read.ts';
import { type S3Request, startS3Server } from '../servers/s3/server.ts';

it('publishes an envelope that is small, whatever it is given, and a result object that is whole', async () => {
  const root = await mkdtemp(join(tmpdir(), 'result-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const uri = pathToFileURL(root).href;
  const settings = readSettings(['counterfactual', '--corpus', uri], {}, new Date('2026-07-11'));
  const rows = Array.from({ length: 5_000 }, (_, row) => ({ row, text: `x${'🙂'.repeat(500)}` }));
  const error = `e${'🙂'.repeat(50_000)}`;
  const summary = { rows, by_model: Object.fromEntries(rows.slice(0, 40).map(({ row }) => [row, rows])) };
  const { envelope, exitCode } = await publishResult(
    { status: 'ERROR', exitCode: 75, error, found: { summary, lists: { rows } } as unknown as Found },
    {
      settings,
      runId: '2607110000',
      startedAt: 0,
      making: { settings: { ...settings }, versions: {}, steps: [] },
    },
    openStore(uri),
  );
  expect(exitCode).toBe(75);
  expect(envelope.truncated).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(envelope, null, 2))).toBeLessThan(64 * 1024);
  // Half a pair, which strict readers of JSON refuse.
  expect(JSON.stringify([envelope, sampleOf(rows)])).not.toMatch(/\\ud/);
  const read = async (name: string) =>
    JSON.parse(await readFile(join(root, '_replay_runs/2607110000', name), 'utf8'));
  expect(await read('counterfactual.summary.json')).toEqual(envelope);
  expect(await read('counterfactual.json')).toMatchObject({ error, summary, lists: { rows } });
});

describe('where a file cannot be written', () => {
  const KEY = '_replay_runs/2607110000/counterfactual';

  /** Publishes a run whose PUTs of this key are refused. */
  async function published(
    refused: string,
    change: Partial<Outcome> = {},
    does = { status: 403, code: 'AccessDenied' },
  ) {
    const on = ({ method, key }: S3Request) => method === 'PUT' && key === `out/${refused}`;
    const server = await startS3Server({ faults: [{ does, on }] });
    onTestFinished(() => server.close());
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const settings = readSettings(
      ['counterfactual', '--corpus', 's3://bucket/out'],
      {},
      new Date('2026-07-11'),
    );
    const store = openStore('s3://bucket/out');
    const ended = await publishResult(
      { status: 'OK', exitCode: 0, written: 1, ...change },
      {
        settings,
        runId: '2607110000',
        startedAt: 0,
        making: { settings: { ...settings }, versions: {}, steps: [] },
      },
      store,
    );
    return {
      ...ended,
      summary: await readJson(store, `${KEY}.summary.json`),
      result: await readJson(store, `${KEY}.json`),
    };
  }

  it('a run without its result object is PARTIAL, names none, and its summary says the same', async () => {
    const { envelope, exitCode, summary } = await published(`${KEY}.json`);
    expect([exitCode, envelope.status, envelope.result_uri]).toEqual([0, 'PARTIAL', null]);
    expect(envelope.error).toContain('AccessDenied');
    expect(summary).toEqual(envelope);
  });

  it('a run without its summary is PARTIAL, and names the result object, which says so', async () => {
    const { envelope, exitCode, result } = await published(`${KEY}.summary.json`);
    expect([exitCode, envelope.status]).toEqual([0, 'PARTIAL']);
    expect(envelope.result_uri).toBe(`s3://bucket/out/${KEY}.json`);
    expect(result).toMatchObject({ ...envelope });
  });

  it('a run that wrote nothing else has failed', async () => {
    const { envelope, exitCode, summary } = await published(`${KEY}.json`, { written: 0 });
    expect([exitCode, envelope.status]).toEqual([1, 'ERROR']);
    expect(summary).toEqual(envelope);
  });

  it('a run that wrote nothing else, since the store is away, may succeed later', async () => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '2');
    const away = { status: 503, code: 'SlowDown' };
    const { envelope, exitCode } = await published(`${KEY}.json`, { written: 0 }, away);
    expect([exitCode, envelope.status]).toEqual([75, 'ERROR']);
  });

  it('a run that was interrupted stays so', async () => {
    const { envelope, exitCode, summary } = await published(`${KEY}.json`, {
      status: 'INTERRUPTED',
      exitCode: 143,
      error: 'interrupted',
    });
    expect([exitCode, envelope.status]).toEqual([143, 'INTERRUPTED']);
    expect(envelope.error).toMatch(/^interrupted; the result object was not written: .*AccessDenied/s);
    expect(summary).toEqual(envelope);
  });
});
