import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startS3Server } from '../servers/s3/server.ts';
import { FIXTURES, filesUnder, type Json, run } from './program.ts';

const DAY_MS = 86_400_000;

/** Captures of one agent, the newest of yesterday, by key. */
async function recentCaptures(): Promise<Record<string, Uint8Array>> {
  const root = fileURLToPath(FIXTURES);
  const keys = (await filesUnder(root)).filter((key) => key.includes('/macro_economist/'));
  const pairs = keys.map(async (key, index) => {
    const day = new Date(Date.now() - (keys.length - index) * DAY_MS).toISOString().slice(0, 10);
    return [`in/${day.replaceAll('-', '/')}/macro_economist/${day}.json`, await readFile(join(root, key))];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

it('whatever makes a run PARTIAL is counted in its result and a line of its log', async () => {
  const cloudWatch = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
    response.end('{"__type":"AccessDenied","message":"not authorized to perform PutMetricData"}');
  });
  await new Promise<void>((resolve) => cloudWatch.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void cloudWatch.close());
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10).replaceAll('-', '/');
  const s3 = await startS3Server({
    objects: {
      ...(await recentCaptures()),
      [`in/${yesterday}/macro_economist/bad.json`]: 'no JSON',
    },
    faults: [
      {
        does: { status: 403, code: 'AccessDenied' },
        on: ({ method, key }) => method === 'PUT' && key.includes('_replay_shards/'),
      },
    ],
  });
  onTestFinished(() => s3.close());
  const { code, envelope, stderr } = await run(
    [
      'counterfactual',
      '--corpus',
      's3://bucket/in',
      '--out',
      's3://bucket/out',
      '--agents',
      'macro_economist',
    ],
    {
      env: {
        ...s3.environment,
        AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${(cloudWatch.address() as AddressInfo).port}`,
      },
    },
  );
  expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
  expect(envelope.summary).toMatchObject({
    load_failures: { count: 1 },
    not_kept: { count: expect.any(Number), reason: expect.stringContaining('AccessDenied') },
    metrics: { emitted: 0, error: expect.stringContaining('PutMetricData') },
  });
  expect(envelope.summary.not_kept.count).toBeGreaterThan(0);
  const records = stderr
    .trimEnd()
    .split('\n')
    .map((line): Json => JSON.parse(line));
  const warnings = records.filter(({ level }) => level === 'warn');
  expect(warnings.find(({ msg }) => msg === 'artifacts not read')).toMatchObject({
    count: 1,
    first: { key: expect.stringContaining('bad.json') },
  });
  expect(warnings.find(({ msg }) => msg === 'pieces of work not kept').count).toBeGreaterThan(0);
  expect(warnings.find(({ msg }) => msg.startsWith('metrics')).first).toContain('PutMetricData');
});

it('a corpus that is given one level too deep is a warning that says so', async () => {
  const s3 = await startS3Server({ objects: await recentCaptures() });
  onTestFinished(() => s3.close());
  const year = new Date(Date.now() - DAY_MS).getUTCFullYear();
  const listed = (corpus: string) =>
    run(['counterfactual', '--corpus', corpus, '--dry-run', '--agents', 'ic_cio'], { env: s3.environment });
  const deep = await listed(`s3://bucket/in/${year}`);
  expect([deep.code, deep.envelope.status]).toEqual([0, 'OK']);
  expect(deep.stderr).toMatch(/"level":"warn".*is --corpus one level too deep\?/);
  for (const corpus of ['s3://bucket/in', 's3://bucket/empty']) {
    const { stderr } = await listed(corpus);
    expect(stderr).not.toContain('one level too deep');
    const isEmpty = corpus.endsWith('empty');
    expect(/"level":"warn".*expected artifacts of the window under .*, found none/.test(stderr)).toBe(
      isEmpty,
    );
  }
});
