import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { captures, corpusOf, ofFamily, originalModel, rendered } from './model.ts';
import { type Json, temporaryFolder } from './program.ts';
import { job, RUN_ID, serve, WIRES } from './replaying.ts';

const MODEL = 'openai/router/flash';
const SUMMARY = `_replay_summary/${RUN_ID}_openai-router-flash.json`;
const TARGET = ['--target-models', MODEL, '--allow-unpriced'];
const THESES = ofFamily(captures(), 'thinktank_thesis');

test('a router that switches models behind a name is warned of in summary, plan and report', async () => {
  let calls = 0;
  const served = () => (calls++ % 3 === 0 ? { model: 'large', provider: 'One' } : { model: 'flash' });
  const server = await serve({ answer: originalModel(THESES), chat: { served } });
  const { run, summary, out } = await job(server, await corpusOf(THESES));
  const first = await run(TARGET);
  const written = await summary(SUMMARY);
  expect(written.served).toEqual([
    { model: 'flash', provider: null, answers: 32 },
    { model: 'large', provider: 'One', answers: 16 },
  ]);
  const unpriced = expect.stringContaining('has no known price');
  const warning = expect.stringMatching(/openai\/router\/flash was served by 2 models \(flash, large\)/);
  expect(first.envelope.summary.warnings).toEqual([warning, unpriced]);
  expect(first.envelope.summary.per_target[0].served).toEqual(written.served);
  const report = await readFile(join(out, `_replay_runs/${RUN_ID}/report.html`), 'utf8');
  expect(report).toContain('openai/router/flash was served by 2 models (flash, large)');
  const plan = await run([...TARGET, '--dry-run']);
  expect(plan.envelope.summary).toMatchObject({ calls: 0, cached: 48, warnings: [warning, unpriced] });
});

test('the same answers by both wires give the same agreement, verdicts and tables, and cost what each costs', async () => {
  const all = rendered(ofFamily(captures(), 'thinktank_thesis', 'ic_cio', 'thesis_update'));
  const answer = originalModel(all, (one, { key, family }) =>
    family === 'thinktank_thesis' ? { ...one, rating: key.length % 50 } : one,
  );
  const server = await serve({ answer });
  const corpus = await corpusOf(all);
  const [direct, gateway] = await Promise.all(
    WIRES.map(async ({ target, key }) => {
      const { run, summary } = await job(server, corpus);
      const price = ['--price', 'openai/claude-haiku-4-5=10/50'];
      const { envelope } = await run([...target, ...price]);
      expect(envelope.status).toBe('OK');
      return summary(key);
    }),
  );
  const shared = ({ cost_per_decision, replay_usd, latency_ms_p50, ...line }: Json) => line;
  expect(gateway?.per_agent.map(shared)).toEqual(direct?.per_agent.map(shared));
  // Requests differ in length, a little.
  expect(gateway?.cost.usd / direct?.cost.usd).toBeGreaterThan(8);
  expect(gateway?.cost.usd / direct?.cost.usd).toBeLessThan(12);
  expect(gateway?.cost.output_tokens).toBe(direct?.cost.output_tokens);
});

test('the way through a gateway is as the README writes it', async () => {
  const [, block = ''] =
    /<!-- gateway -->\n```sh\n(.*?)^```/ms.exec(await readFile('README.md', 'utf8')) ?? [];
  expect(block.split('\n').length).toBeLessThanOrEqual(10);
  const { path: cwd } = await temporaryFolder();
  for (const name of ['dist', 'fixtures']) await symlink(resolve(name), join(cwd, name));
  const answer = originalModel(captures());
  const asks = ({ messages }: { messages: readonly { content: unknown }[] }) => String(messages[0]?.content);
  const server = await serve({
    answer: (request) => (/one and one/.test(asks(request)) ? { number: 2 } : answer(request)),
    models: ['deepseek-v4-flash'],
  });
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const env = { PATH, GATEWAY: server.url, GATEWAY_KEY: 'key' };
  const { stdout } = await promisify(execFile)('sh', ['-euc', block], { cwd, env });
  const [check, plan, run] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([check.status, plan.status, run.status]).toEqual(['OK', 'OK', 'OK']);
  expect(plan.summary).toMatchObject({ calls: 90, usd: { budget: 25 } });
  expect([run.summary.n_artifacts_replayed, server.paid.length]).toEqual([90, 91]);
});
