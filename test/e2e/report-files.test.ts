import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readReport } from '../../src/report/read-report.ts';
import { renderReport } from '../../src/report/render.tsx';
import { Random } from '../../src/statistics/random.ts';
import { openStore } from '../../src/store/open.ts';
import { copyOf, fixtureRun } from './fixture-run.ts';
import { FIXTURE_ARGS, FIXTURES, filesUnder, type Json, RECORDED, run } from './program.ts';
import { RUN_ID } from './replaying.ts';

const WRONG: readonly unknown[] = [
  null,
  -1,
  1e308,
  '',
  'x'.repeat(5_000),
  '<b>',
  [],
  {},
  true,
  [[]],
  '__proto__',
];
const TRIALS = 60;

/** Puts something wrong somewhere into a JSON value, or takes something out. */
function spoil(value: Json, random: Random): void {
  for (let node = value; ; ) {
    const keys = Object.keys(node);
    if (keys.length === 0) return;
    const key = keys[random.below(keys.length)] as string;
    const inner = node[key];
    if (typeof inner === 'object' && inner !== null && random.below(4) > 0) {
      node = inner;
      continue;
    }
    if (random.below(4) === 0) delete node[key];
    else node[key] = WRONG[random.below(WRONG.length)];
    return;
  }
}

it('a report is made of files with anything in them, and names those it cannot read', async () => {
  const { path, uri } = await copyOf(await fixtureRun('counterfactual'), 'fits');
  const agents = ['--agents', 'thinktank_thesis,thinktank_theme,executor:risk_guard'];
  const args = [...FIXTURE_ARGS, '--out', uri, '--no-report', ...agents];
  await run(['counterfactual', ...args]);
  await run(['concordance', ...args, ...RECORDED]);
  const keys = (await filesUnder(path)).filter((key) =>
    /^_(counterfactual(_controls)?|replay_summary|replay_runs)\/.*\.json$/.test(key),
  );
  const texts = new Map(
    await Promise.all(keys.map(async (key) => [key, await readFile(join(path, key), 'utf8')] as const)),
  );
  const store = openStore(uri);
  const random = new Random('spoiled files');
  let unreadable = 0;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const spoiled = Array.from(
      { length: 1 + random.below(4) },
      () => keys[random.below(keys.length)] as string,
    );
    for (const key of spoiled) {
      const value = JSON.parse(texts.get(key) as string);
      spoil(value, random);
      const text = JSON.stringify(value);
      await writeFile(join(path, key), random.below(20) === 0 ? text.slice(0, 99) : text);
    }
    const data = await readReport(store, RUN_ID, { corpus: FIXTURES });
    unreadable += data.unreadable.length;
    const text = renderReport(data)
      .replace(/<style>.*?<\/style>/s, '')
      .replaceAll(/<[^>]*>/g, ' ');
    expect(text).not.toMatch(/\b(NaN|undefined|Infinity)\b|\[object Object\]/);
    for (const key of spoiled) await writeFile(join(path, key), texts.get(key) as string);
  }
  expect(unreadable).toBeGreaterThan(TRIALS / 4);
});
