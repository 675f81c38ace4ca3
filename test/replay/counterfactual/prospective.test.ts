import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../src/agents/registry.ts';
import { readEnvelope } from '../../../src/corpus/artifact.ts';
import { parseKey } from '../../../src/corpus/key.ts';
import type { Analysis } from '../../../src/results/analysis.ts';
import { clusterTotals } from '../../../src/statistics/clusters.ts';
import { meanInterval } from '../../../src/statistics/mean-interval.ts';
import { FIXTURES, filesUnder, type Json, temporaryFolder } from '../../e2e/program.ts';
import { runJob } from '../run-job.ts';

const AGENTS = ['sector_qual', 'ic_cio', 'sector_quant'] as const;
type Agent = (typeof AGENTS)[number];
const WEEKS = ['2026-06-20', '2026-06-27', '2026-07-04', '2026-07-11'];
const LAST = '2607110900';

let out: { readonly path: string; readonly uri: string };

async function runWeek(day: string, agents: readonly Agent[]): Promise<void> {
  const when = ['--end-time-iso', `${day}T09:00:00Z`, '--agents', agents.join()];
  const { code } = await runJob(['counterfactual', '--corpus', FIXTURES, ...when, '--out', out.uri]);
  expect(code).toBe(0);
}

function fileOf(agent: Agent, day: string): string {
  return join(out.path, '_counterfactual', agent, `${day.slice(2).replaceAll('-', '')}0900.json`);
}

async function analysisOf(agent: Agent, day = '2026-07-11'): Promise<Analysis> {
  return JSON.parse(await readFile(fileOf(agent, day), 'utf8'));
}

interface Decision {
  readonly day: string;
  readonly run: string;
  readonly inputs: readonly number[];
  readonly label: string;
}

/** All decisions of an agent in the fixtures, and the names of its inputs. */
async function decisionsOf(agent: Agent): Promise<Decision[]> {
  const root = fileURLToPath(FIXTURES);
  const decisions: Decision[] = [];
  for (const name of await filesUnder(root)) {
    const key = parseKey(name);
    const family = key && FAMILIES.find(({ id }) => id === agent);
    if (!key || !family || key.agentId.split(':')[0] !== agent) continue;
    const { artifact, drop } = readEnvelope(JSON.parse(readFileSync(join(root, name), 'utf8')), key);
    const extraction = family.captured.extract(artifact);
    if (drop !== undefined || 'drop' in extraction) continue;
    const run = family.clusterOf?.(key.artifactRunId, key.day) ?? key.artifactRunId;
    for (const { features, labels } of extraction.rows) {
      decisions.push({ day: key.day, run, inputs: features, label: labels[0] });
    }
  }
  return decisions;
}

/** What a published tree says, walked by hand. */
function says({ rules, classes }: Analysis, inputs: readonly number[]): string | undefined {
  const { nodes } = rules.tree;
  let node = nodes[0];
  while (node?.split) {
    const column = rules.design.columns[node.split.feature];
    const value = inputs[column?.feature as number] as number;
    const isMissing = Number.isNaN(value);
    const encoded =
      column?.kind === 'missing'
        ? Number(isMissing)
        : column?.kind === 'level'
          ? Number(value === column.code)
          : isMissing
            ? (column?.impute as number)
            : value;
    node = nodes[Math.fround(encoded) <= node.split.threshold ? node.split.left : node.split.right];
  }
  const counts = node?.counts ?? [];
  return classes[counts.indexOf(Math.max(...counts))]?.label;
}

/** What of the last run's window comes after an earlier run's, as its tree decides it. */
async function byHand(agent: Agent, day: string) {
  const earlier = await analysisOf(agent, day);
  const later = (await decisionsOf(agent)).filter((one) => one.day > day && one.day <= '2026-07-11');
  const right = later.map(({ inputs, label }) => Number(says(earlier, inputs) === label));
  const names = [...new Set(later.map(({ run }) => run))];
  const interval = meanInterval(
    clusterTotals(
      right,
      later.map(({ run }) => names.indexOf(run)),
    ),
  );
  return {
    run_id: earlier.run_id,
    window_start: earlier.window_start,
    window_end: day,
    age_days: (Date.parse('2026-07-11') - Date.parse(day)) / 86_400_000,
    later_rows: later.length,
    later_runs: names.length,
    tree: {
      verdict: earlier.evaluation.rules.tree.verdict,
      match_rate: right.reduce((sum, one) => sum + one, 0) / right.length,
      interval: interval && { low: interval.low, high: interval.high, level: 0.95 },
    },
  };
}

/** Runs the job for each of four weeks into one folder. */
async function fourWeeks(agents: readonly Agent[]): Promise<void> {
  out = await temporaryFolder();
  for (const day of WEEKS) await runWeek(day, agents);
}

describe('rules of earlier runs, applied to decisions captured since', { timeout: 300_000 }, () => {
  it('match as by hand, and are none for a first run', async () => {
    await fourWeeks(AGENTS);
    for (const agent of AGENTS) {
      const { prospective } = await analysisOf(agent);
      const found = prospective?.runs.map(({ rules, ...one }) => ({ ...one, tree: rules.tree }));
      expect(found?.map(({ age_days }) => age_days)).toEqual([7, 14, 21]);
      for (const one of found ?? []) expect(one).toEqual(await byHand(agent, one.window_end));
      expect(prospective?.not_applied).toEqual([]);
      expect((await analysisOf(agent, WEEKS[0])).prospective).toEqual({ runs: [], not_applied: [] });
    }
  });

  it('follow the earlier file, with no refit; what cannot be applied is named', async () => {
    const agent = 'sector_qual';
    await fourWeeks([agent]);
    const before = await analysisOf(agent);
    const fits = async () => (await filesUnder(out.path)).filter((key) => key.includes('/fits/'));
    const kept = await fits();
    const rewrite = async (day: string, change: (file: Json) => Json) => {
      await writeFile(fileOf(agent, day), JSON.stringify(change(await analysisOf(agent, day))));
    };
    // Each label is another one now: all that was right is wrong.
    await rewrite('2026-06-20', (file) => ({
      ...file,
      classes: file.classes.map(({ n }: Json) => ({ label: 'another', n })),
    }));
    await rewrite('2026-06-27', (file) => {
      file.rules.design.features[0] = 'renamed';
      return file;
    });
    await writeFile(fileOf(agent, '2026-07-04'), '{"schema_version": 2,');
    await writeFile(fileOf(agent, '2026-07-03'), JSON.stringify({ agent_id_base: agent, match_rate: 0.9 }));
    await runWeek('2026-07-11', [agent]);

    const { prospective, computed_at, ...after } = await analysisOf(agent);
    expect(prospective?.runs.map(({ run_id, rules }) => [run_id, rules.tree.match_rate])).toEqual([
      ['2606200900', 0],
    ]);
    expect(prospective?.not_applied).toEqual([
      { run_id: '2606270900', reason: 'other_inputs' },
      { run_id: '2607040900', reason: 'unreadable' },
    ]);
    expect(before).toMatchObject(JSON.parse(JSON.stringify(after)));
    expect(await fits()).toEqual(kept);
    expect(after.run_id).toBe(LAST);
  });
});
