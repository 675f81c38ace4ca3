import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAMILIES, familyOf } from '../../src/agents/registry.ts';
import { parseKey } from '../../src/corpus/key.ts';
import { rowReader } from '../../src/pool/extract.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import { pythonOf } from '../../src/rules/code/python.ts';
import { codedRule } from '../../src/rules/code/rule.ts';
import { sqlOf } from '../../src/rules/code/sql.ts';
import { applyDesign } from '../../src/rules/design.ts';
import { predictLogistic } from '../../src/rules/logistic/model.ts';
import { predictTree } from '../../src/rules/tree/tree.ts';
import { Random } from '../../src/statistics/random.ts';
import { FIXTURE_ARGS, FIXTURES, filesUnder, run, temporaryFolder } from '../e2e/program.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const DECIDE = fileURLToPath(new URL('../python/decide.py', import.meta.url));
const CORPUS = fileURLToPath(FIXTURES);
const ROWS = 10_000;

type Value = number | string | null;

/** Levels of each input; undefined of a number. */
function levelsOf({ rules: { design } }: Analysis): (string[] | undefined)[] {
  return design.features.map((_, feature) => {
    const levels = design.columns.flatMap((one) =>
      one.kind === 'level' && one.feature === feature ? [one.level] : [],
    );
    return levels.length > 0 ? levels : undefined;
  });
}

/** A row as a caller has it: numbers at and about the thresholds, levels that nobody has seen, gaps of each kind. */
function drawRow(analysis: Analysis, random: Random): Record<string, Value> {
  const { design, tree, exact } = analysis.rules;
  const levels = levelsOf(analysis);
  const splits = [...tree.nodes, ...('nodes' in exact ? exact.nodes : [])].flatMap(
    ({ split }) => split ?? [],
  );
  const pairs = design.features.map((name, feature): [string, Value] | undefined => {
    const kind = random.below(20);
    if (kind === 0) return undefined;
    if (kind === 1) return [name, null];
    const known = levels[feature];
    if (known) return [name, kind === 2 ? "it's new" : (known[random.below(known.length)] as string)];
    if (kind === 2) return [name, 'NaN'];
    const own = splits.filter((split) => design.columns[split.feature]?.feature === feature);
    const threshold = own[random.below(Math.max(own.length, 1))]?.threshold ?? 1;
    const near = [threshold, Math.fround(threshold), threshold * (1 + 2 ** -24), threshold * (1 - 2 ** -25)];
    return [name, kind < 12 ? (near[kind % 4] as number) : threshold * (random.below(1000) / 300 - 1)];
  });
  return Object.fromEntries(pairs.filter((pair) => pair !== undefined));
}

/** Every row that the fixtures hold, as a caller has it, by agent. */
function fixtureRows(): Map<string, Record<string, Value>[]> {
  const reader = rowReader('captured');
  const keys = globSync('20*/**/*.json', { cwd: CORPUS }).flatMap((key) => parseKey(key) ?? []);
  const known = keys.filter(({ agentId }) => familyOf(agentId)).sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const [position, key] of known.entries()) {
    reader.take(JSON.parse(readFileSync(join(CORPUS, key.key), 'utf8')), key, position);
  }
  const none = new Float64Array(known.length);
  const { tables } = reader.finish({
    size: known.length,
    failures: [],
    capturedAt: none,
    usd: none,
    metered: [],
  });
  const subjects = FAMILIES.flatMap(({ captured }) => captured.subjects);
  return new Map(
    tables.map(({ subject: id, rows, features }) => {
      const inputs = subjects.find((subject) => subject.id === id)?.features ?? [];
      const pairsOf = (row: number) =>
        inputs.map(({ name, levels }, index): [string, Value] => {
          const value = features[row * inputs.length + index] as number;
          return [name, Number.isNaN(value) ? null : (levels?.[value] ?? value)];
        });
      return [id, Array.from({ length: rows }, (_, row) => Object.fromEntries(pairsOf(row)))];
    }),
  );
}

/** Labels by the program's own rules. */
function decisions(
  analysis: Analysis,
  rows: readonly Record<string, Value>[],
  id: 'tree' | 'logistic' | 'exact',
) {
  const { classes, rules } = analysis;
  const { design, tree, logistic, exact } = rules;
  const levels = levelsOf(analysis);
  const values = rows.flatMap((row) =>
    design.features.map((name, feature) => {
      const value = row[name];
      const known = levels[feature];
      if (known) return known.includes(value as string) ? known.indexOf(value as string) : Number.NaN;
      return typeof value === 'number' ? value : Number.NaN;
    }),
  );
  const columns = applyDesign(design, Float64Array.from(values), rows.length);
  const found =
    id === 'logistic' && 'weights' in logistic
      ? predictLogistic(logistic, columns, rows.length)
      : predictTree(id === 'exact' && 'nodes' in exact ? exact : tree, columns, rows.length);
  return Array.from(found, (label) => classes[label]?.label);
}

describe('rules as Python and SQL', () => {
  it('decide every row of the fixtures, and random ones, as the program does', {
    timeout: 600_000,
  }, async () => {
    const out = await temporaryFolder();
    const { code } = await run(['counterfactual', ...FIXTURE_ARGS, '--no-report', '--out', out.uri]);
    expect(code).toBe(0);
    const keys = (await filesUnder(out.path)).filter((key) => /^_counterfactual.*\/\d+\.json$/.test(key));
    const random = new Random('rows');
    const fixtures = fixtureRows();
    const cases = [];
    for (const key of keys) {
      const analysis: Analysis = JSON.parse(await readFile(join(out.path, key), 'utf8'));
      const drawn = Math.ceil(ROWS / keys.length);
      const captured = fixtures.get(analysis.agent_id_base) ?? [];
      // Beside what is fitted there are older copies.
      expect(captured.length, key).toBeGreaterThanOrEqual(analysis.n_samples);
      fixtures.delete(analysis.agent_id_base);
      const rows = [...captured, ...Array.from({ length: drawn }, () => drawRow(analysis, random))];
      const levels = levelsOf(analysis);
      const types = Object.fromEntries(
        analysis.rules.design.features.map((name, feature) => [name, levels[feature] ? 'VARCHAR' : 'DOUBLE']),
      );
      for (const id of ['tree', 'logistic', 'exact'] as const) {
        const rule = codedRule(analysis, id);
        const expected = decisions(analysis, rows, id);
        cases.push({ key, id, expected, python: pythonOf(rule, key), sql: sqlOf(rule), types, rows });
      }
    }
    expect([...fixtures.keys()]).toEqual([]);
    const { stdout, stderr } = spawnSync(PYTHON, [DECIDE], {
      input: JSON.stringify({ rules: cases }),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    expect(stderr).toBe('');
    for (const [index, { python, duckdb }] of (
      JSON.parse(stdout) as { python: string[]; duckdb: string[] }[]
    ).entries()) {
      const { key, id, expected } = cases[index] as (typeof cases)[number];
      expect(new Set(expected).size, key).toBeGreaterThan(0);
      expect(python, `${key} ${id}, Python`).toEqual(expected);
      expect(duckdb, `${key} ${id}, DuckDB`).toEqual(expected);
    }
  });
});
