import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { adviceBefore, readPastRuns } from '../../src/report/history.ts';
import { renderReport } from '../../src/report/render.tsx';
import { type Written, writeFiles } from '../../src/report/write-files.ts';
import { ReplayError } from '../../src/shared/errors.ts';
import { usd } from '../../src/shared/numbers.ts';
import { openStore } from '../../src/store/open.ts';
import { filesUnder, readJson, temporaryFolder } from '../e2e/program.ts';
import { sampleReport } from './sample.ts';

const SAMPLE = sampleReport({ agents: 3 });

it('names what the newest run of an earlier day advised, whenever it was written', async () => {
  const { path, uri } = await temporaryFolder();
  const store = openStore(uri);
  const write = async (runKey: string, windowEnd: string, agents = SAMPLE.agents) =>
    writeFiles(
      store,
      {
        ...SAMPLE,
        runKey,
        windowEnd,
        agents,
        before: adviceBefore(await readPastRuns(store, windowEnd), windowEnd),
      },
      { hasReport: false, hasTables: false },
      () => {},
    );
  const previousOf = async (runKey: string) =>
    (await readJson(path, `_replay_runs/${runKey}/advice.json`)).agents.map(
      ({ previous }: { previous: object | null }) => previous,
    );
  const [first, ...others] = SAMPLE.agents;
  await write('third', '2026-07-18');
  expect(await previousOf('third')).toEqual([null, null, null]);
  await write('z-first', '2026-07-04');
  await write('second', '2026-07-11', others);
  await write('third', '2026-07-18');
  expect(first).toBeDefined();
  const second = others.map(({ advice: { action } }) => ({ run_key: 'second', action }));
  expect(await previousOf('third')).toEqual([null, ...second]);
  expect(await previousOf('z-first')).toEqual([null, null, null]);
});

it('leaves the advice and the report of the latest window under keys that stay', async () => {
  const { path, uri } = await temporaryFolder();
  const store = openStore(uri);
  const write = async (runKey: string, windowEnd: string) => {
    const data = { ...SAMPLE, runKey, windowEnd, before: null };
    await writeFiles(store, data, { hasReport: true, hasTables: false }, () => {});
    const { run_key } = await readJson(path, '_replay_runs/latest.json');
    const pageOf = (key: string) => readFile(join(path, '_replay_runs', key), 'utf8');
    expect(await pageOf('latest.html')).toBe(await pageOf(`${run_key}/report.html`));
    return run_key;
  };
  expect(await write('new', '2026-07-18')).toBe('new');
  expect(await write('old', '2026-07-11')).toBe('new');
  expect(await write('new', '2026-07-18')).toBe('new');
  expect(await write('same day', '2026-07-18')).toBe('same day');
});

it('is one line of all runs up to a window, newest first, with a link to each report there is', async () => {
  const { uri } = await temporaryFolder();
  const store = openStore(uri);
  const write = (runKey: string, windowEnd: string, hasReport: boolean) =>
    writeFiles(store, { ...SAMPLE, runKey, windowEnd }, { hasReport, hasTables: false }, () => {});
  await write('shown', '2026-07-04', true);
  await write('older', '2026-06-27', false);
  await write('own', '2026-07-11', true);
  await write('later', '2026-07-18', true);
  const runs = await readPastRuns(store, '2026-07-11');
  const page = renderReport({ ...SAMPLE, runKey: 'own', windowEnd: '2026-07-11', runs, out: uri });
  const table = page.slice(page.indexOf('id="runs"'), page.indexOf('id="run"'));
  const rows = table.split('<tr>').slice(2);
  const names = rows.map(
    (row) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .trim()
        .split(/\s+/)[0],
  );
  expect(names).toEqual(['own', 'shown', 'older']);
  expect(rows.map((row) => /href="([^"]*)"/.exec(row)?.[1])).toEqual([
    undefined,
    `${uri}/_replay_runs/shown/report.html`,
    undefined,
  ]);
  const actions = SAMPLE.agents.map(({ advice: { action } }) => action);
  expect(rows[1]).toContain(`1 ${actions[0]}`);
  expect(rows[1]).toContain(usd(SAMPLE.concordance?.summary.cost.usd));
});

it('writes the rule of each agent as Python and SQL, and none that is not whole', async () => {
  const { path, uri } = await temporaryFolder();
  const [whole, spoilt] = SAMPLE.agents.filter(({ analysis }) => analysis !== null);
  if (!whole || !spoilt?.analysis) throw new Error('expected two agents with a rule');
  const { tree } = spoilt.analysis.rules;
  const split = { feature: 0, threshold: 0, left: 0, right: 0 };
  const nodes = tree.nodes.map((node) => ({ ...node, split }));
  const rules = { ...spoilt.analysis.rules, tree: { ...tree, nodes } };
  const agents = [whole, { ...spoilt, analysis: { ...spoilt.analysis, rules } }];
  await writeFiles(openStore(uri), { ...SAMPLE, agents }, { hasReport: false, hasTables: false }, () => {});
  const written = (await filesUnder(path)).filter((key) => key.startsWith('_rules/'));
  const stem = `_rules/${whole.id}/${whole.analysis?.run_id}`;
  expect(written.filter((key) => key.includes(whole.id))).toEqual([`${stem}.py`, `${stem}.sql`]);
  expect(await readFile(join(path, `${stem}.py`), 'utf8')).toMatch(
    /^# .*fitted to .*\n[\s\S]*\ndef decide\(row\):\n/,
  );
});

it('costs neither advice nor report when the rules cannot be written', async () => {
  const { path, uri } = await temporaryFolder();
  // A file where the folder of the rules should be.
  await writeFile(join(path, '_rules'), '');
  const written: Written[] = [];
  const writing = writeFiles(openStore(uri), SAMPLE, { hasReport: true, hasTables: true }, (one) =>
    written.push(one),
  );
  await expect(writing).rejects.toBeInstanceOf(ReplayError);
  // They are written side by side.
  expect(written.flatMap((one) => Object.keys(one)).sort()).toEqual(['advice', 'uri']);
  const files = await filesUnder(path);
  for (const name of ['advice.json', 'report.html']) {
    expect(files).toContain(`_replay_runs/${SAMPLE.runKey}/${name}`);
  }
});
