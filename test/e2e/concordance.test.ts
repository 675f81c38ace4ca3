import { expect, test } from 'vitest';
import { reply } from '../servers/anthropic.ts';
import { fixtureRun } from './fixture-run.ts';
import { type Captured, captures, corpusOf, ofFamily, originalModel, promptOf } from './model.ts';
import { FIXTURE_ARGS, filesUnder, type Json, readJson, run, temporaryFolder } from './program.ts';
import { accountedFor, job, lasting, RUN_ID, SUMMARY, serve, WIRES } from './replaying.ts';

test.each(WIRES)(
  'only rendered prompts are sent, each skip is counted by its name, and a rerun pays nothing: $model',
  async ({ target, key }) => {
    const server = await serve({ answer: originalModel(captures()) });
    const { run, summary, cached, costRows } = await job(server, [...FIXTURE_ARGS, ...target]);
    const first = await run();
    expect([first.code, first.envelope.status]).toEqual([0, 'OK']);
    const written = await summary(key);
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
    expect([latest, artifact_key]).toEqual([written, key]);

    const second = await run();
    expect(second.envelope.summary).toMatchObject({ cache: { hits: 90, misses: 0 }, cost: { usd: 0 } });
    expect(server.paid).toHaveLength(90);
    expect(lasting(await summary(key))).toEqual(lasting(written));
  },
);

test('single writes the replay beside its original', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 1);
  const [{ key }] = theses as [Captured];
  const server = await serve({ answer: originalModel(theses) });
  const out = await temporaryFolder();
  const corpus = await corpusOf(theses);
  const { code, envelope } = await run(['single', ...corpus, '--out', out.uri, '--artifact-key', key], {
    env: server.environment,
  });
  expect([code, envelope.status, envelope.summary.agreement]).toEqual([0, 'OK', 1]);
  const files = await filesUnder(out.path);
  expect(files.filter((file) => file.startsWith(`_replay/${RUN_ID}/thinktank_thesis/`))).toHaveLength(1);
  expect(files).toContain(`_replay_runs/${RUN_ID}/single.json`);
});

test('the fixtures’ recordings answer every replayable prompt of the fixtures', async () => {
  const { envelope, out } = await fixtureRun('concordance');
  expect(envelope.status).toBe('OK');
  const { per_agent, replay_failures } = await readJson(out, SUMMARY);
  expect(replay_failures).toEqual([]);
  expect(per_agent.map(({ agent_id_base, n }: Json) => [agent_id_base, n])).toEqual([
    ['thinktank_thesis', 48],
    ['thinktank_theme', 39],
  ]);
  expect(per_agent.every(({ mean }: Json) => mean > 0.7 && mean < 1)).toBe(true);
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
  const models = Array.from({ length: 40 }, (_, model) => `model-${model}`).join(',');
  const { code, stdout } = await run(['--persist-replays']);
  expect(code).toBe(0);
  expect((await summary()).n_artifacts_replayed).toBe(6);
  expect(stdout.length).toBeLessThan(64 * 1024);
  const many = await run(['--target-models', models, '--allow-unpriced']);
  expect(many.stdout.length).toBeLessThan(64 * 1024);
  expect(many.envelope).toMatchObject({ summary: { n_artifacts_replayed: 240 } });
});
