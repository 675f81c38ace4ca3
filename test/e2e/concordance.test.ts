import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { reply } from '../servers/anthropic.ts';
import { type Captured, captures, corpusOf, ofFamily, originalModel, promptOf, rendered } from './model.ts';
import {
  FIXTURES,
  FIXTURES_END,
  filesUnder,
  type Json,
  readJson,
  run,
  run as startProgram,
  temporaryFolder,
} from './program.ts';
import { accountedFor, job, lasting, lineOf, RUN_ID, SUMMARY, serve, sum } from './replaying.ts';

const LLM_FAMILIES = [
  'sector_quant',
  'sector_qual',
  'sector_peer_review',
  'thesis_update',
  'macro_economist',
  'ic_cio',
  'thinktank_thesis',
  'thinktank_theme',
];

const FIXTURE_CORPUS = ['--corpus', FIXTURES, '--end-time-iso', FIXTURES_END];

test('a model that answers as captured agrees perfectly, in every replayable family', async () => {
  const all = rendered(captures());
  for (const structured of ['json', 'tool']) {
    const server = await serve({ answer: originalModel(all) });
    const { run, summary } = await job(server, await corpusOf(all));
    const { code, envelope } = await run(['--include-tool-loops', '--structured', structured]);
    expect([code, envelope.status]).toEqual([0, 'OK']);
    const written = await summary();
    expect(written.per_agent.map(({ agent_id_base }: Json) => agent_id_base)).toEqual(LLM_FAMILIES);
    for (const { agent_id_base, n, mean, min, max, stdev, tool_loop } of written.per_agent) {
      expect({ agent_id_base, mean, min, max, stdev }).toEqual({
        agent_id_base,
        mean: 1,
        min: 1,
        max: 1,
        stdev: 0,
      });
      expect(n).toBeGreaterThanOrEqual(8);
      expect(tool_loop).toBe(agent_id_base === 'sector_quant' || agent_id_base === 'sector_qual');
    }
    expect(
      server.paid.every(
        ({ request }) => !('system' in request) && 'tools' in request === (structured === 'tool'),
      ),
    ).toBe(true);
    accountedFor(written);
    expect(written.replay_failures).toEqual([]);
  }
});

test('planted disagreement is measured, family by family', async () => {
  const all = rendered(captures());
  const planted: Readonly<Record<string, (answer: Json) => unknown>> = {
    // Of the first five one is replaced, of the first ten the same one.
    sector_quant: ({ ranked_picks: [first, ...others] }) => ({
      ranked_picks: [...(first ? [{ ...first, ticker: 'ZZZZ' }] : []), ...others],
    }),
    sector_qual: ({ assessments, ...rest }) => ({
      ...rest,
      assessments: assessments.map((one: Json) => ({ ...one, conviction: one.conviction >= 70 ? 10 : 90 })),
    }),
    sector_peer_review: ({ selected_tickers }) => ({
      selected_decisions: JSON.stringify(selected_tickers.slice(1).map((ticker: string) => ({ ticker }))),
    }),
    thesis_update: (answer) => ({
      ...answer,
      conviction: answer.conviction >= 70 ? '55' : answer.conviction >= 40 ? 80 : 55,
    }),
    macro_economist: (answer) => ({
      ...answer,
      // The former value is read as neutral, in captures as in answers.
      market_regime: /neutral|caution/.test(answer.market_regime) ? 'bull' : 'caution',
    }),
    ic_cio: ({ decisions }) => ({
      decisions: decisions.map((one: Json) => ({
        ...one,
        decision: one.decision === 'ADVANCE' ? 'reject' : 'ADVANCE',
      })),
    }),
    thinktank_thesis: (answer) => ({
      ...answer,
      rating: answer.rating >= 50 ? answer.rating - 20 : answer.rating + 20,
    }),
    thinktank_theme: (answer) => ({ ...answer, stance: 'no word of any list' }),
  };
  const server = await serve({
    answer: originalModel(all, (answer, { family }) => planted[family]?.(answer)),
  });
  const { run, summary } = await job(server, await corpusOf(all));
  expect((await run(['--include-tool-loops'])).envelope.status).toBe('OK');
  const written = await summary();
  const observed = Object.fromEntries(
    written.per_agent.map(({ agent_id_base, mean, min, max }: Json) => [agent_id_base, { mean, min, max }]),
  );
  const exactly = (score: number) => ({
    mean: expect.closeTo(score, 12),
    min: expect.closeTo(score, 12),
    max: expect.closeTo(score, 12),
  });
  const quant = meanOf(
    ofFamily(all, 'sector_quant').flatMap(({ json }) => {
      const { ranked_picks: picks, error } = json.agent_output;
      if (!picks || error || json.input_data_truncated_at) return [];
      const [five, ten] = [Math.min(picks.length, 5), Math.min(picks.length, 10)];
      return picks.length === 0 ? [1] : [0.6 * ((five - 1) / (five + 1)) + 0.4 * ((ten - 1) / (ten + 1))];
    }),
  );
  const theme = meanOf(
    ofFamily(all, 'thinktank_theme').map(({ json }) =>
      json.input_data_snapshot.update_reason === 'event' ? 0 : 0.5,
    ),
  );
  expect(observed).toMatchObject({
    sector_qual: exactly(0),
    sector_peer_review: exactly(2 / 3),
    thesis_update: exactly(0.5),
    macro_economist: exactly(0.4),
    ic_cio: exactly(0),
    thinktank_thesis: exactly(0.5 + 0.3 * 0.8 + 0.2),
  });
  expect(observed.sector_quant.mean).toBeCloseTo(quant, 2);
  expect(observed.thinktank_theme.mean).toBeCloseTo(theme, 12);
  expect(lineOf(written, 'thinktank_thesis').diagnostics).toEqual({
    conviction_abs_diff: 0,
    rating_abs_diff: 20,
    stance_equal: 1,
  });
});

function meanOf(values: readonly number[]): number {
  return sum(values) / values.length;
}

test('only rendered prompts are sent, each skip is counted by its name, and a rerun pays nothing', async () => {
  const server = await serve({ answer: originalModel(captures()) });
  const { run, summary, cached, costRows, out } = await job(server, FIXTURE_CORPUS);
  const first = await run();
  expect([first.code, first.envelope.status]).toEqual([0, 'OK']);
  const written = await summary();
  expect(server.paid).toHaveLength(90);
  expect(
    server.paid
      .map(({ request }) => promptOf(request))
      .filter((prompt) => /\{[a-z_]+\}(?!\})|^</.test(prompt)),
  ).toEqual([]);
  expect(written.replay_skips).toEqual({
    deterministic: 310,
    tool_loop: 102,
    placeholder: 71,
    unrendered_template: 63,
    dry_run_stub: 2,
    missing_prompt: 1,
    truncated_snapshot: 1,
  });
  expect(written).toMatchObject({
    n_artifacts_replayed: 90,
    complete: true,
    replay_failures: [],
    cache: { hits: 0, misses: 90 },
    agents_skipped_thin_sample: [
      { agent_id_base: 'macro_economist', n_observations: 2 },
      { agent_id_base: 'ic_cio', n_observations: 1 },
    ],
  });
  accountedFor(written);
  expect(written.cost.usd).toBeCloseTo(server.paidUsd, 9);
  expect(await cached()).toHaveLength(90);
  expect(await costRows()).toHaveLength(90);
  const { artifact_key, ...latest } = await summary('_replay_summary/latest.json');
  expect([latest, artifact_key]).toEqual([written, SUMMARY]);

  const second = await run();
  expect(second.envelope.summary).toMatchObject({ cache: { hits: 90, misses: 0 }, cost: { usd: 0 } });
  expect(server.paid).toHaveLength(90);
  expect(lasting(await summary())).toEqual(lasting(written));

  await rm(join(out, (await cached())[17] as string));
  await run();
  expect(server.paid).toHaveLength(91);
  expect(await costRows()).toHaveLength(91);

  await run(['--no-cache', '--max-artifacts', '8']);
  expect(server.paid).toHaveLength(99);
});

test('what the model says badly is told apart, kept, and no failure of the run', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 7);
  const answers: unknown[] = [
    reply({ stopReason: 'refusal', content: [] }),
    reply({ stopReason: 'max_tokens', text: '{"stance": "attr' }),
    reply({ text: 'I would buy it.' }),
    reply({ content: [] }),
    { stance: 'attractive' },
    reply({ stopReason: 'model_context_window_exceeded', text: '' }),
  ];
  let index = 0;
  const honest = originalModel(theses);
  const server = await serve({ answer: (request) => answers[index++] ?? honest(request) });
  const { run, summary } = await job(server, await corpusOf(theses));
  const { envelope } = await run();
  expect(envelope.status).toBe('OK');
  const written = await summary();
  expect(written.replay_failures.map(({ kind, reason }: Json) => `${kind} ${reason}`).sort()).toEqual([
    'model context_window',
    'model empty_answer',
    'model max_tokens',
    'model refusal',
    'model schema_violation',
    'model schema_violation',
  ]);
  expect(written).toMatchObject({ n_artifacts_replayed: 7, complete: true });
  accountedFor(written);
  await run();
  expect(server.paid).toHaveLength(7);
  expect(lasting(await summary())).toEqual(lasting(written));
});

test('of a capped run every family has its share, its newest days first', async () => {
  const all = rendered(
    ofFamily(captures(), 'ic_cio', 'thinktank_thesis', 'thinktank_theme', 'thesis_update'),
  );
  const server = await serve({ answer: originalModel(all) });
  const { run, summary } = await job(server, await corpusOf(all));
  await run(['--max-artifacts', '12']);
  const written = await summary();
  expect(written.per_agent.map(({ agent_id_base, n }: Json) => [agent_id_base, n])).toEqual([
    ['thesis_update', 3],
    ['ic_cio', 3],
    ['thinktank_thesis', 3],
    ['thinktank_theme', 3],
  ]);
  expect(written.n_artifacts_over_cap).toBeGreaterThan(100);
  accountedFor(written);
  const days = ofFamily(all, 'thinktank_thesis').map(({ key }) => key.slice(0, 10));
  const newest = [...new Set(days)].sort().reverse().slice(0, 3);
  const sent = server.paid.map(({ request }) => promptOf(request).split('\n')[1] ?? '');
  expect(
    sent
      .filter((key) => key.includes('thinktank_thesis'))
      .map((key) => key.slice(0, 10))
      .sort()
      .reverse(),
  ).toEqual(newest);
});

test('the budget is never exceeded by the server’s account, and more of it goes on from there', async () => {
  const all = rendered(
    ofFamily(captures(), 'ic_cio', 'thinktank_thesis', 'thinktank_theme', 'thesis_update'),
  );
  const server = await serve({ answer: originalModel(all), latencyMs: 5 });
  const { run, summary } = await job(server, await corpusOf(all));
  const { code, envelope } = await run(['--max-cost-usd', '0.1']);
  expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
  const written = await summary();
  expect(written).toMatchObject({ complete: false, budget_stopped: true });
  expect(server.paidUsd).toBeLessThanOrEqual(0.1);
  expect(server.paidUsd).toBeGreaterThan(0.05);
  expect(written.per_agent.concat(written.agents_skipped_thin_sample)).toHaveLength(4);
  expect(written.n_artifacts_skipped_for_budget).toBeGreaterThan(0);
  accountedFor(written);
  const paid = server.paid.length;
  const more = await run(['--max-cost-usd', '5']);
  expect(more.envelope).toMatchObject({ status: 'OK', summary: { complete: true, cache: { hits: paid } } });
  expect(Math.max(...server.paidByBody().values())).toBe(1);
  expect((await summary()).n_artifacts_skipped_for_budget).toBe(0);
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

test('two models are measured in one run, and their metrics go out together', async () => {
  const theses = freshTheses(4);
  const server = await serve({
    answer: (request) =>
      originalModel(theses, (answer) =>
        request.model === 'claude-opus-5' ? answer : { ...answer, stance: other(answer.stance) },
      )(request),
  });
  const { run, out } = await job(server, (await corpusOf(theses)).slice(0, 2));
  const end = new Date().toISOString();
  const { envelope } = await run([
    '--end-time-iso',
    end,
    '--target-models',
    'claude-haiku-4-5,claude-opus-5',
    '--metrics',
    'file',
  ]);
  expect(envelope.status).toBe('OK');
  expect(envelope.summary.per_target.map((one: Json) => [one.target_model, one.per_agent[0].mean])).toEqual([
    ['claude-haiku-4-5', 0.5],
    ['claude-opus-5', 1],
  ]);
  const metrics = (await readFile(join(out, `_metrics/${envelope.run_id}_concordance.ndjson`), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(metrics.map(({ name, value, dimensions }) => [name, value, dimensions.target_model])).toEqual([
    ['agent_cheap_model_concordance', 0.5, 'claude-haiku-4-5'],
    ['agent_cheap_model_concordance_n_observations', 4, 'claude-haiku-4-5'],
    ['agent_cheap_model_concordance', 1, 'claude-opus-5'],
    ['agent_cheap_model_concordance_n_observations', 4, 'claude-opus-5'],
  ]);
});

function other(stance: string): string {
  return stance === 'avoid' ? 'attractive' : 'avoid';
}

/** Theses of today, for datapoints are only emitted near the present. */
function freshTheses(count: number): Captured[] {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return ofFamily(captures(), 'thinktank_thesis')
    .slice(0, count)
    .map((one) => ({ ...one, key: `${day}${one.key.slice(10)}` }));
}

test('one prompt captured twice is asked once and scored twice', async () => {
  const [one] = ofFamily(captures(), 'thinktank_thesis') as [Captured];
  const twins = ['a', 'b', 'c'].map((name) => ({
    ...one,
    key: one.key.replace(/[^/]+\.json$/, `${name}.json`),
  }));
  const server = await serve({ answer: originalModel(twins) });
  const { run, summary } = await job(server, await corpusOf(twins));
  await run();
  expect(server.paid).toHaveLength(1);
  expect(await summary()).toMatchObject({ per_agent: [{ n: 3, mean: 1 }], cache: { hits: 0, misses: 1 } });
});

test('every replay is written beside its original when asked to', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 3);
  const server = await serve({ answer: originalModel(theses, (answer) => ({ ...answer, rating: 0 })) });
  const { run, out } = await job(server, await corpusOf(theses));
  await run(['--persist-replays']);
  const files = (await filesUnder(out)).filter((file) => file.startsWith('_replay/'));
  expect(files).toHaveLength(3);
  const replay = await readJson(out, files[0] as string);
  const original = theses.find(({ key }) => key === replay.original_artifact_key);
  expect(replay).toMatchObject({
    original_output: original?.json.agent_output,
    original_model: 'moonshotai/kimi-k2',
    replay_model: 'claude-haiku-4-5',
    replay_output_kind: 'structured',
    replay_output: { ...original?.json.agent_output.thesis, rating: 0 },
    comparison: { stance_equal: 1 },
  });
});

test('an unreadable artifact costs itself only', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 4);
  const server = await serve({ answer: originalModel(theses) });
  const corpus = await corpusOf([
    ...theses,
    { ...(theses[0] as Captured), key: '2026/07/10/ic_cio/x.json', json: 7 },
  ]);
  const { run, summary } = await job(server, corpus);
  const { envelope } = await run();
  expect(envelope.status).toBe('PARTIAL');
  const written = await summary();
  expect(written.replay_failures).toMatchObject([
    { artifact_key: '2026/07/10/ic_cio/x.json', agent_id_base: 'ic_cio', kind: 'load' },
  ]);
  expect(lineOf(written, 'thinktank_thesis')).toMatchObject({ n: 4, mean: 1 });
  accountedFor(written);
});

test('a plan says what a run would cost, and does nothing', async () => {
  const server = await serve({ answer: originalModel(captures()) });
  const { run, out } = await job(server, FIXTURE_CORPUS);
  const { envelope } = await run(['--dry-run']);
  expect(envelope).toMatchObject({ status: 'OK', result_uri: null, summary: { calls: 90, cached: 0 } });
  expect(
    envelope.summary.plan.map(({ agent_id_base, calls }: Json) => [agent_id_base, calls]).sort(),
  ).toEqual([
    ['ic_cio', 1],
    ['macro_economist', 2],
    ['thinktank_theme', 39],
    ['thinktank_thesis', 48],
  ]);
  for (const { usd, expected_tokens } of envelope.summary.plan) {
    expect(usd.messages.expected).toBeCloseTo((expected_tokens.input + 5 * expected_tokens.output) / 1e6, 12);
    expect(usd.batches.expected).toBeCloseTo(usd.messages.expected / 2, 12);
    expect(usd.messages.worst).toBeGreaterThan(usd.messages.expected);
  }
  expect(await filesUnder(out)).toEqual([]);
  expect(server.requests).toEqual([]);
  await run();
  expect(server.paidUsd).toBeLessThan(envelope.summary.usd.messages.worst);
  expect((await run(['--dry-run'])).envelope.summary).toMatchObject({ calls: 0, cached: 90 });
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

test('single shows one replay, writes it unless told not to, and names a skip', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 1);
  const [{ key }] = theses as [Captured];
  const server = await serve({ answer: originalModel(theses) });
  const out = await temporaryFolder();
  const single = (corpus: readonly string[], ...more: string[]) =>
    run(['single', ...corpus, '--out', out.uri, ...more], { env: server.environment });
  const corpus = await corpusOf(theses);
  const silent = await single(corpus, '--artifact-key', key, '--no-persist');
  expect(silent.envelope).toMatchObject({
    status: 'OK',
    result_uri: null,
    summary: { agreement: 1, original_decision: { stance: expect.any(String) } },
  });
  expect(silent.envelope.summary.replay_decision).toEqual(silent.envelope.summary.original_decision);
  expect(await filesUnder(out.path)).toEqual([]);

  expect((await single(corpus, '--artifact-key', key)).envelope.status).toBe('OK');
  const files = await filesUnder(out.path);
  expect(files.filter((file) => file.startsWith(`_replay/${RUN_ID}/thinktank_thesis/`))).toHaveLength(1);
  expect(files).toContain(`_replay_runs/${RUN_ID}/single.json`);

  const macro = '2026/05/23/macro_economist/2026-05-22.json';
  const skipped = await single(FIXTURE_CORPUS, '--artifact-key', macro);
  expect(skipped.envelope.summary).toMatchObject({ artifact_key: macro, skipped: 'unrendered_template' });
  const unknown = await single(FIXTURE_CORPUS, '--artifact-key', '2026/05/23/nobody/x.json');
  expect([unknown.code, unknown.envelope.error]).toEqual([1, expect.stringContaining('--artifact-key')]);
});

test('the fixtures’ recordings answer every replayable prompt of the fixtures', async () => {
  const { run, summary } = await job(undefined, FIXTURE_CORPUS);
  const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url));
  const { envelope } = await run(['--transport', 'recorded', '--recordings', recordings]);
  expect(envelope.status).toBe('OK');
  const { per_agent, replay_failures } = await summary();
  expect(replay_failures).toEqual([]);
  expect(per_agent.map(({ agent_id_base, n }: Json) => [agent_id_base, n])).toEqual([
    ['thinktank_thesis', 48],
    ['thinktank_theme', 39],
  ]);
  expect(per_agent.every(({ mean }: Json) => mean > 0.7 && mean < 1)).toBe(true);
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
  await startProgram(other, { env: server.environment });
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

test('models whose files would have one name are refused', async () => {
  const { run } = await job(undefined, FIXTURE_CORPUS);
  const { code, envelope } = await run(['--target-models', 'a:b,a/b', '--allow-unpriced']);
  expect([code, envelope.error]).toEqual([2, expect.stringContaining('--target-models')]);
});

test('whatever a capture or a model nests or repeats, the run goes on and the envelope stays small', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 6);
  const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  const deep = theses.map((one, index) => {
    if (index > 0) return one;
    const text = JSON.stringify(one.json).replace('"agent_output":{', `"agent_output":{"deep":${nested},`);
    return { ...one, json: text };
  });
  const answers = [
    reply({ text: `{"deep": ${nested}}` }),
    reply({ value: Object.fromEntries([['k'.repeat(100_000), 1]]) }),
  ];
  let index = 0;
  const honest = originalModel(theses);
  const server = await serve({ answer: (request) => answers[index++] ?? honest(request) });
  const { run, summary } = await job(server, await corpusOf(deep));
  const models = Array.from({ length: 100 }, (_, model) => `model-${model}`).join(',');
  const { code, stdout } = await run(['--persist-replays']);
  expect(code).toBe(0);
  expect((await summary()).n_artifacts_replayed).toBe(6);
  expect(stdout.length).toBeLessThan(64 * 1024);
  const many = await run(['--target-models', models, '--allow-unpriced']);
  expect(many.stdout.length).toBeLessThan(64 * 1024);
  expect(many.envelope).toMatchObject({ summary: { n_artifacts_replayed: 600 } });
});
