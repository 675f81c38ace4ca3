import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, it, onTestFinished } from 'vitest';
import { agentsKey, agreementsKey, rowsKey } from '../../src/results/tables.ts';
import { startS3Server } from '../servers/s3/server.ts';
import { copyOf, fixtureRun } from './fixture-run.ts';
import { FIXTURE_ARGS, FIXTURES, FIXTURES_END, filesUnder, RECORDED, readJson, run } from './program.ts';
import { RUN_ID } from './replaying.ts';

const TABLES = /^_tables\//;
const AGENTS = ['--agents', 'thinktank_theme,executor:risk_guard'];

async function tablesIn(path: string): Promise<string[]> {
  return (await filesUnder(path)).filter((key) => TABLES.test(key));
}

async function rowsOf(root: string, key: string) {
  const { buffer, byteOffset, byteLength } = await readFile(join(root, key));
  const file = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  return { rows: await parquetReadObjects({ file }), metadata: parquetMetadata(file) };
}

it('both jobs write their tables, with a report or without, and none where they are not wanted', async () => {
  const jobs = [['counterfactual'], ['concordance', ...RECORDED]] as const;
  const writtenBy = async (...more: string[]) => {
    const { path, uri } = await copyOf(await fixtureRun('counterfactual'), 'fits');
    for (const job of jobs) {
      const { code, envelope } = await run([...job, ...FIXTURE_ARGS, ...AGENTS, '--out', uri, ...more]);
      expect([code, envelope.status]).toEqual([0, 'OK']);
    }
    return tablesIn(path);
  };
  const all = [
    agentsKey(RUN_ID, 'concordance'),
    agentsKey(RUN_ID, 'counterfactual'),
    agreementsKey(RUN_ID, 'claude-haiku-4-5'),
    rowsKey('executor:risk_guard', RUN_ID, 0),
    rowsKey('thinktank_theme', RUN_ID, 0),
  ];
  expect(all[3]).toBe(`_tables/rows/agent=executor-risk_guard/run_id=${RUN_ID}/part-0.parquet`);
  expect(await writtenBy()).toEqual(all);
  expect(await writtenBy('--no-report')).toEqual(all);
  expect(await writtenBy('--no-tables')).toEqual([]);
  expect(await writtenBy('--dry-run')).toEqual([]);
});

it('a report that is made later writes the table of the agents anew', async () => {
  const { path, uri } = await copyOf(await fixtureRun('concordance'));
  const writtenBy = async (...more: string[]) => {
    await rm(join(path, '_tables'), { recursive: true, force: true });
    await run(['report', '--corpus', FIXTURES, '--out', uri, '--run-key', RUN_ID, ...more]);
    return tablesIn(path);
  };
  expect(await writtenBy()).toEqual([agentsKey(RUN_ID, 'concordance')]);
  expect(await writtenBy('--no-tables')).toEqual([]);
});

it('a run that finds its fits writes the rows that it wrote when it made them', async () => {
  const made = await fixtureRun('counterfactual');
  const { path, uri } = await copyOf(made, 'fits');
  await run(['counterfactual', ...FIXTURE_ARGS, ...AGENTS, '--out', uri]);
  for (const agent of ['thinktank_theme', 'executor:risk_guard']) {
    const key = rowsKey(agent, RUN_ID, 0);
    expect((await readFile(join(path, key))).equals(await readFile(join(made.out, key))), agent).toBe(true);
  }
});

it('a row is a decision, with what was known and what each rule says; none that was not evaluated', async () => {
  const { out } = await fixtureRun('counterfactual');
  const { rows, metadata } = await rowsOf(out, rowsKey('ic_cio', RUN_ID, 0));
  const { n_samples, evaluation, classes } = await readJson(out, `_counterfactual/ic_cio/${RUN_ID}.json`);
  expect([rows.length, metadata.num_rows]).toEqual([n_samples, BigInt(n_samples)]);
  expect(new Set(rows.map(({ artifact_key, row }) => `${artifact_key} ${row}`)).size).toBe(n_samples);
  for (const { label, n } of classes)
    expect(rows.filter(({ decision }) => decision === label).length).toBe(n);
  for (const name of ['tree', 'logistic', 'exact']) {
    const right = rows.filter((row) => row[`predicted_${name}`] === row.decision);
    expect(right.length / n_samples, name).toBe(evaluation.rules[name].out_of_sample.match_rate);
  }
  expect(new Set(rows.map(({ fold }) => fold))).toEqual(new Set([0, 1, 2, 3, 4]));
  const [first] = rows;
  const { timestamp } = await readJson(fileURLToPath(FIXTURES), String(first?.artifact_key));
  expect(first?.captured_at).toEqual(new Date(timestamp));
  const control = await rowsOf(out, rowsKey('executor:risk_guard', RUN_ID, 0));
  expect(new Set(control.rows.map((row) => row.predicted_logistic))).toEqual(new Set([null]));
});

it('a part that an earlier run left becomes empty', async () => {
  const { path, uri } = await copyOf(await fixtureRun('counterfactual'), 'fits');
  const stale = rowsKey('thinktank_theme', RUN_ID, 1);
  await mkdir(dirname(join(path, stale)), { recursive: true });
  await writeFile(join(path, stale), 'stale');
  await run(['counterfactual', ...FIXTURE_ARGS, ...AGENTS, '--out', uri]);
  expect((await rowsOf(path, stale)).rows).toEqual([]);
  expect((await rowsOf(path, rowsKey('thinktank_theme', RUN_ID, 0))).rows.length).toBeGreaterThan(0);
});

it.each([
  ['_tables/rows/agent=thinktank_theme', 'write_failures'],
  ['_tables/agents', 'report_error'],
])('refusing %s makes the run PARTIAL, and costs nothing else', async (prefix, told) => {
  const root = fileURLToPath(FIXTURES);
  const keys = (await filesUnder(root)).filter((key) => key.includes('/thinktank_theme/'));
  const pairs = keys.map(async (key) => [`in/${key}`, await readFile(join(root, key))] as const);
  const s3 = await startS3Server({
    objects: Object.fromEntries(await Promise.all(pairs)),
    faults: [
      {
        does: { status: 403, code: 'AccessDenied' },
        on: ({ method, key }) => method === 'PUT' && key.includes(prefix),
      },
    ],
  });
  onTestFinished(() => s3.close());
  const place = ['--corpus', 's3://bucket/in', '--out', 's3://bucket/out', '--end-time-iso', FIXTURES_END];
  const { code, envelope } = await run(['counterfactual', ...place, '--metrics', 'none'], {
    env: s3.environment,
  });
  expect([code, envelope.status]).toEqual([0, 'PARTIAL']);
  const error =
    told === 'report_error' ? envelope.report_error : envelope.summary.write_failures.sample[0].error;
  expect(error).toContain('AccessDenied');
  const written = [...(s3.buckets.get('bucket')?.keys ?? [])].map((key) => key.replace(/^out\//, ''));
  for (const key of [
    `_counterfactual/thinktank_theme/${RUN_ID}.json`,
    `_rules/thinktank_theme/${RUN_ID}.sql`,
    `_replay_runs/${RUN_ID}/report.html`,
    told === 'report_error' ? rowsKey('thinktank_theme', RUN_ID, 0) : agentsKey(RUN_ID, 'counterfactual'),
  ]) {
    expect(written).toContain(key);
  }
});
