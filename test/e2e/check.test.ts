import { expect, onTestFinished, test } from 'vitest';
import { startS3Server } from '../servers/s3/server.ts';
import { captures, corpusOf } from './model.ts';
import { filesUnder, type Json, run, temporaryFolder } from './program.ts';
import { serve } from './replaying.ts';

const MODELS = ['claude-haiku-4-5', 'flash'];
const TARGETS = ['--target-models', 'claude-haiku-4-5,openai/flash', '--price', 'openai/flash=1/1'];

test('each thing that a job needs is tried once, and nothing is left behind', async () => {
  const server = await serve({ models: MODELS, answer: () => ({ number: 2 }) });
  const out = await temporaryFolder();
  const corpus = await corpusOf(captures().slice(0, 1));
  const args = ['concordance', ...corpus, '--out', out.uri, ...TARGETS, '--check'];
  const { code, envelope, stderr } = await run(args, { env: server.environment });
  expect([code, envelope.status]).toEqual([0, 'OK']);
  const whats = envelope.summary.checks.map(({ what, ok }: Json) => [what, ok]);
  expect(whats).toEqual([
    [expect.stringMatching(/^list file:/), true],
    [`write ${out.uri}/_replay_summary/`, true],
    [`write ${out.uri}/_replay_cache/`, true],
    [`write ${out.uri}/_replay_runs/`, true],
    [`write ${out.uri}/_replay_shards/`, true],
    [`write ${out.uri}/_tables/`, true],
    [`write ${out.uri}/_metrics/`, true],
    ['ask claude-haiku-4-5', true],
    ['ask openai/flash', true],
  ]);
  expect(stderr).toMatch(/ask openai\/flash: works/);
  expect(await filesUnder(out.path)).toEqual([]);
  expect(server.paid.map(({ request }) => request.model)).toEqual(MODELS);
});

test('what is wrong is named, each by itself: a model, an address, a permission', async () => {
  const server = await serve({ models: ['claude-haiku-4-5'] });
  const does = { status: 403, code: 'AccessDenied' };
  const on = ({ method, key }: { method: string; key: string }) =>
    method === 'PUT' && key.includes('_replay_cache/');
  const s3 = await startS3Server({ faults: [{ does, on }] });
  onTestFinished(() => s3.close());
  const corpus = await corpusOf(captures().slice(0, 1));
  const args = ['concordance', ...corpus, '--out', 's3://bucket/out', '--metrics', 'none', '--check'];
  const env = { ...server.environment, ...s3.environment };
  const { code, envelope } = await run([...args, ...TARGETS], { env });
  expect([code, envelope.status]).toEqual([1, 'ERROR']);
  const failed = envelope.summary.checks.filter(({ ok }: Json) => !ok);
  expect(failed.map(({ what }: Json) => what)).toEqual([
    'write s3://bucket/out/_replay_cache/',
    'ask openai/flash',
  ]);
  expect(failed[0].error).toMatch(/AccessDenied/);
  expect(failed[1].error).toMatch(/HTTP 404 .*; check --target-models and OPENAI_BASE_URL/);
  expect(envelope.error).toContain('ask openai/flash: expected openai/flash at http');
  expect(server.paid).toHaveLength(1);

  const nowhere = { ...env, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', OPENAI_API_KEY: '' };
  const wrong = await run([...args, ...TARGETS], { env: nowhere });
  const errors = wrong.envelope.summary.checks.slice(-2).map(({ error }: Json) => error);
  expect(errors[0]).toMatch(/claude-haiku-4-5 at http:\/\/127\.0\.0\.1:9.* to answer, found /);
  expect(errors[1]).toMatch(/expected an API key in OPENAI_API_KEY, found it empty/);
});
