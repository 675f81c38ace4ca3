import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Captured, captures, corpusOf, ofFamily, originalModel } from '../../e2e/model.ts';
import { FIXTURE_ARGS, FIXTURES, filesUnder, temporaryFolder } from '../../e2e/program.ts';
import { serve } from '../../e2e/replaying.ts';
import { runJob } from '../run-job.ts';

test('single shows one replay, writes it unless told not to, and names a skip', async () => {
  const theses = ofFamily(captures(), 'thinktank_thesis').slice(0, 1);
  const [{ key }] = theses as [Captured];
  const server = await serve({ answer: originalModel(theses) });
  const out = await temporaryFolder();
  const single = (corpus: readonly string[], ...more: string[]) =>
    runJob(['single', ...corpus, '--out', out.uri, ...more], { env: server.environment });
  const corpus = await corpusOf(theses);
  const silent = await single(corpus, '--artifact-key', key, '--no-persist');
  expect(silent.envelope).toMatchObject({
    status: 'OK',
    summary: { agreement: 1, original_decision: { stance: expect.any(String) } },
  });
  expect(silent.envelope.summary.replay_decision).toEqual(silent.envelope.summary.original_decision);
  expect(await filesUnder(out.path)).toEqual([]);

  const macro = '2026/05/23/macro_economist/2026-05-22.json';
  const skipped = await single(FIXTURE_ARGS, '--artifact-key', macro);
  expect(skipped.envelope.summary).toMatchObject({ artifact_key: macro, skipped: 'unrendered_template' });
  for (const root of [FIXTURES, fileURLToPath(FIXTURES)]) {
    const whole = await single(FIXTURE_ARGS, '--artifact-key', `${root}/${macro}`);
    expect(whole.envelope.summary).toEqual(skipped.envelope.summary);
  }
  const missing = await single(FIXTURE_ARGS, '--artifact-key', macro.replace('22.json', '2.json'));
  expect([missing.code, missing.envelope.error]).toEqual([1, expect.stringContaining('no such file')]);
  const unknown = await single(FIXTURE_ARGS, '--artifact-key', '2026/05/23/nobody/x.json');
  expect([unknown.code, unknown.envelope.error]).toEqual([1, expect.stringContaining('--artifact-key')]);
});
