import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captures, corpusOf, ofFamily, originalModel } from './model.ts';
import { job, RUN_ID, serve } from './replaying.ts';

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
