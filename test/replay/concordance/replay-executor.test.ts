import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { captures, corpusOf, ofFamily, originalModel, rendered } from '../../e2e/model.ts';
import { FIXTURES_END, filesUnder, type Json, readJson, temporaryFolder } from '../../e2e/program.ts';
import { accountedFor, lineOf, RUN_ID, serve, sum, WIRES } from '../../e2e/replaying.ts';
import { job, runJob } from '../run-job.ts';

test.each(WIRES)(
  'the budget is never exceeded by the server’s account, and more of it goes on from there: $model',
  async ({ target, key }) => {
    const all = rendered(
      ofFamily(captures(), 'ic_cio', 'thinktank_thesis', 'thinktank_theme', 'thesis_update'),
    );
    const server = await serve({ answer: originalModel(all), latencyMs: 5 });
    const { run, summary } = await job(server, await corpusOf(all));
    const { code, envelope } = await run([...target, '--max-cost-usd', '0.1']);
    expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
    const written = await summary(key);
    expect(written).toMatchObject({ complete: false, budget_stopped: true });
    expect(server.paidUsd).toBeLessThanOrEqual(0.1);
    expect(server.paidUsd).toBeGreaterThan(0.05);
    expect(written.per_agent.concat(written.agents_skipped_thin_sample)).toHaveLength(4);
    expect(written.n_artifacts_skipped_for_budget).toBeGreaterThan(0);
    accountedFor(written);
    // A later attempt of one run has what is left of its budget only.
    await run([...target, '--max-cost-usd', '0.1'], { env: { AWS_BATCH_JOB_ATTEMPT: '2' } });
    expect(server.paidUsd).toBeLessThanOrEqual(0.1);
    const more = await run([...target, '--max-cost-usd', '5']);
    expect(more.envelope).toMatchObject({ status: 'OK', summary: { complete: true } });
    expect(Math.max(...server.paidByBody().values())).toBe(1);
    expect((await summary(key)).n_artifacts_skipped_for_budget).toBe(0);
  },
);

test('a kept answer that is lost is paid again, alone; without the cache all are, up to the cap', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 6);
  const server = await serve({ answer: originalModel(theses) });
  const { run, cached, costRows, out } = await job(server, await corpusOf(theses));
  await run();
  await rm(join(out, (await cached())[3] as string));
  await run();
  expect([server.paid.length, (await costRows()).length]).toEqual([7, 7]);
  await run(['--no-cache', '--max-artifacts', '4']);
  expect(server.paid).toHaveLength(11);
});

test('a run that nothing is paid in leaves a summary and an empty file of cost rows', async () => {
  const server = await serve({});
  const { run, summary, out } = await job(server, await corpusOf([]));
  const { code, envelope } = await run();
  expect([code, envelope.status]).toEqual([0, 'OK']);
  expect(await summary('_replay_summary/latest.json')).toMatchObject({
    run_id: RUN_ID,
    n_artifacts_candidate: 0,
    per_agent: [],
    complete: true,
  });
  const files = await filesUnder(out);
  const [costFile] = files.filter((file) => file.startsWith('_cost_raw/'));
  expect(costFile).toMatch(
    new RegExp(`^_cost_raw/\\d{4}-\\d\\d-\\d\\d/${RUN_ID}/replay-concordance\\.0\\.jsonl$`),
  );
  expect(await readFile(join(out, costFile as string), 'utf8')).toBe('');
  expect(server.requests).toEqual([]);
});

test('answers recorded from a run are replayed without a network', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 5);
  const server = await serve({ answer: originalModel(theses) });
  const corpus = await corpusOf(theses);
  const { run } = await job(server, corpus);
  const recordings = await temporaryFolder();
  await run(['--record', recordings.path]);
  expect(await filesUnder(recordings.path)).toHaveLength(5);
  const offline = await job(undefined, corpus);
  const { envelope } = await offline.run(['--transport', 'recorded', '--recordings', recordings.path]);
  expect(envelope).toMatchObject({
    status: 'OK',
    summary: { cost: { usd: 0 }, per_target: [{ per_agent: [{ n: 5, mean: 1 }] }] },
  });
  expect(await offline.costRows()).toEqual([]);
  const missing = await job(undefined, corpus);
  const { code, envelope: error } = await missing.run([
    '--transport',
    'recorded',
    '--recordings',
    '/nowhere',
  ]);
  expect([code, error.status]).toEqual([1, 'ERROR']);
  expect(error.error).toContain('--record');
});

test.each([
  ['a wrong key', { status: 401 }, 1, /401|key/i],
  ['an unknown model', { status: 404 }, 1, /claude-haiku-4-5/],
  ['a request that is refused every time', { status: 400, message: 'max_tokens: bad' }, 1, /max_tokens: bad/],
] as const)('%s ends the run early, as one error', async (_, fault, exit, error) => {
  const theses = ofFamily(captures(), 'thinktank_thesis');
  const server = await serve({ faults: () => fault });
  const { run, costRows } = await job(server, await corpusOf(theses));
  const { code, envelope } = await run();
  expect([code, envelope.status]).toEqual([exit, 'ERROR']);
  expect(envelope.error).toMatch(error);
  expect(server.requests.length).toBeLessThanOrEqual(30);
  expect(await costRows()).toEqual([]);
});

test('no key is one clear error, and needed only when something is called', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 3);
  const server = await serve({ answer: originalModel(theses) });
  const { run } = await job(server, await corpusOf(theses));
  const without = await run([], { env: { ANTHROPIC_API_KEY: '' } });
  expect([without.code, without.envelope.error]).toEqual([1, expect.stringContaining('ANTHROPIC_API_KEY')]);
  await run();
  expect((await run([], { env: { ANTHROPIC_API_KEY: '' } })).envelope.status).toBe('OK');
});

test('a call without an answer is a failure of the run, is not counted as replayed, and its cause is told', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 4);
  const bad = theses[0]?.json.full_prompt_context.user_prompt;
  const server = await serve({
    answer: originalModel(theses),
    faults: (_, { body }) =>
      (body as Json)?.messages?.[0]?.content === bad
        ? { status: 400, message: 'x'.repeat(5_000) }
        : undefined,
  });
  const { run, summary, cached } = await job(server, await corpusOf(theses));
  expect((await run(['--no-cache'])).envelope.status).toBe('PARTIAL');
  expect(await cached()).toEqual([]);
  const { envelope } = await run();
  const written = await summary();
  expect(written).toMatchObject({
    n_artifacts_replayed: 3,
    replay_failures: [{ kind: 'call', reason: 'bad_request', artifact_key: theses[0]?.key }],
  });
  expect(written.replay_failures[0].error.length).toBeLessThan(600);
  accountedFor(written);
  expect(lineOf(written, 'thinktank_thesis').newest_input_date).toBe(
    theses
      .map(({ key }) => key.slice(0, 10).replaceAll('/', '-'))
      .sort()
      .at(-1),
  );
  expect(envelope.status).toBe('PARTIAL');
  // One that fails is no reason to distrust a model whose other answers are in the cache.
  expect((await run()).envelope.status).toBe('PARTIAL');
});

test('two runs that follow one batch pay, and count, its answers once', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 12);
  const server = await serve({ answer: originalModel(theses), batch: { durationMs: 4_000 } });
  const { run, costRows } = await job(server, await corpusOf(theses));
  const first = run(['--transport', 'batches']);
  while (server.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const both = await Promise.all([first, run(['--transport', 'batches'])]);
  expect(both.map(({ envelope }) => envelope.status)).toEqual(['OK', 'OK']);
  expect([server.paid.length, server.batches.length]).toEqual([12, 1]);
  expect(await costRows()).toHaveLength(12);
  const usd = sum(both.map(({ envelope }) => envelope.summary.cost.usd));
  expect(usd).toBeCloseTo(server.paidUsd, 9);
});

test('the first run of all waits for no batch that somebody else has under way', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 3);
  const server = await serve({ answer: () => ({}), batch: { durationMs: Number.POSITIVE_INFINITY } });
  const params = { model: 'x', max_tokens: 1, messages: [{ role: 'user', content: 'theirs' }] };
  await fetch(`${server.url}/v1/messages/batches`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({ requests: [{ custom_id: 'theirs', params }] }),
  });
  server.options = { answer: originalModel(theses), batch: { durationMs: 100 } };
  const { run } = await job(server, await corpusOf(theses));
  expect((await run(['--transport', 'batches'])).envelope).toMatchObject({
    status: 'OK',
    summary: { n_artifacts_replayed: 3 },
  });
});

test('rows of a killed run are written by one of another window end, once it cannot be at work any more', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 5);
  const server = await serve({ answer: originalModel(theses) });
  const corpus = await corpusOf(theses);
  const { run, costRows, out, cached } = await job(server, corpus);
  await run();
  const [rows] = (await filesUnder(out)).filter((file) => file.startsWith('_cost_raw/'));
  await writeFile(join(out, rows as string), '');
  for (const file of await cached()) {
    const call = await readJson(out, file);
    call.paid.at = '2026-07-11T09:00:00Z';
    await writeFile(join(out, file), JSON.stringify(call));
  }
  const later = corpus.map((word) => (word === FIXTURES_END ? '2026-07-11T10:00:00Z' : word));
  await run(['--run-key', 'x']);
  expect(await costRows()).toHaveLength(5);
  await writeFile(join(out, rows as string), '');
  const other = ['concordance', ...later, '--out', pathToFileURL(out).href];
  await runJob(other, { env: server.environment });
  expect(await costRows()).toHaveLength(5);
});

test('one model that the budget stops does not make the other incomplete, and what has no price is outside it', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 5);
  const server = await serve({ answer: originalModel(theses) });
  const { run, summary } = await job(server, await corpusOf(theses));
  await run();
  const models = ['--target-models', 'claude-haiku-4-5,claude-opus-5,house-model', '--allow-unpriced'];
  const { envelope } = await run([...models, '--max-cost-usd', '0.0001']);
  expect(envelope).toMatchObject({ status: 'PARTIAL', summary: { complete: false } });
  expect(envelope.summary.per_target.map((one: Json) => [one.target_model, one.complete])).toEqual([
    ['claude-haiku-4-5', true],
    ['claude-opus-5', false],
    ['house-model', true],
  ]);
  expect(await summary(`_replay_summary/${RUN_ID}_house-model.json`)).toMatchObject({
    n_artifacts_replayed: 5,
    per_agent: [{ replay_usd: null }],
  });
});
