import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type Captured,
  captures,
  corpusOf,
  ofFamily,
  originalModel,
  promptOf,
  rendered,
} from '../../e2e/model.ts';
import { filesUnder, type Json, readJson } from '../../e2e/program.ts';
import { accountedFor, lineOf, serve } from '../../e2e/replaying.ts';
import { job } from '../run-job.ts';

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
