// `node test/report/record.ts`: writes the files of a real run that the tests of the report read, under test/report/run/.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FIXTURE_ARGS, FIXTURES, FIXTURES_END, filesUnder, run, writeObjects } from '../e2e/program.ts';
import { CAPTURED, MODELS, TARGETS } from '../results/three-targets.ts';
import { startAnthropic } from '../servers/anthropic.ts';

const FILES = /^_(counterfactual(_controls)?|replay_summary|replay_runs)\/.*\d\/?.*\.json$/;
/** Items that are kept of lists that are shown in part. */
const KEPT = 6;
const LISTS = new Set([
  'sample',
  'dropped',
  'skipped',
  'ignored_keys',
  'replay_failures',
  'ceiling_failures',
]);

const to = new URL('run/', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'record-'));
const [corpus, out] = [join(folder, 'corpus'), join(folder, 'out')];
const server = await startAnthropic(MODELS);
try {
  await writeObjects(
    corpus,
    Object.fromEntries(CAPTURED.map(({ key, json }) => [key, JSON.stringify(json)])),
  );
  const place = ['--out', pathToFileURL(out).href, '--no-report'];
  await run(['counterfactual', ...FIXTURE_ARGS, ...place]);
  const targets = ['--target-models', TARGETS.join(), '--include-tool-loops', '--ceiling', '60'];
  const asked = ['--corpus', pathToFileURL(corpus).href, '--end-time-iso', FIXTURES_END, ...targets];
  await run(['concordance', ...asked, ...place, '--allow-unpriced', '--max-cost-usd', '1000'], {
    env: server.environment,
  });
  await rm(to, { recursive: true, force: true });
  for (const key of (await filesUnder(out)).filter(
    (file) => FILES.test(file) && !/(summary|advice)\.json$/.test(file),
  )) {
    if (key.endsWith('latest.json')) continue;
    const text = (await readFile(join(out, key), 'utf8'))
      .replaceAll(folder, '/recorded')
      .replaceAll(FIXTURES, 'file:///recorded/corpus');
    await mkdir(dirname(join(to, key)), { recursive: true });
    await writeFile(join(to, key), `${JSON.stringify(JSON.parse(text, shorter))}\n`);
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}

function shorter(name: string, value: unknown): unknown {
  if (Array.isArray(value) && LISTS.has(name)) return value.slice(0, KEPT);
  if (name === 'text' && typeof value === 'string') return value.slice(0, 600);
  return value;
}
