import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURE_ARGS, FIXTURES_END, type Json, readJson, run, writeObjects } from '../e2e/program.ts';
import { CAPTURED, MODELS, TARGETS } from '../results/three-targets.ts';
import { startAnthropic } from '../servers/anthropic.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const ASK = fileURLToPath(new URL('../python/query_tables.py', import.meta.url));
const PAGE = readFileSync('docs/tables.md', 'utf8');
const RUNS = ['2607040900', '2607110900'] as const;
const [, NEWEST] = RUNS;
const AGENT = 'sector_qual';

/** The SQL under the headings of a section of the page, by heading. */
function sqlOf(section: string): Map<string, string> {
  const [, text = ''] = PAGE.split(`## ${section}\n`);
  const parts = (text.split(/^## /m)[0] ?? '').split(/^### /m);
  return new Map(
    parts.flatMap((part) => {
      const [heading = ''] = part.split('\n');
      return [...part.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql]) => [heading, sql as string] as const);
    }),
  );
}

describe('the ten queries of docs/tables.md', () => {
  const queries = sqlOf('Ten questions');
  const answers = new Map<string, Json[]>();
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  const [path, corpus] = [join(folder, 'out'), join(folder, 'corpus')];
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    await writeObjects(
      corpus,
      Object.fromEntries(CAPTURED.map(({ key, json }) => [key, JSON.stringify(json)])),
    );
    const server = await startAnthropic(MODELS);
    const options = ['--out', pathToFileURL(path).href, '--no-report'];
    const targets = [
      '--target-models',
      TARGETS.join(),
      '--include-tool-loops',
      '--interchangeable-threshold',
      '0.6',
    ];
    for (const end of ['2026-07-04T09:00:00Z', FIXTURES_END]) {
      const window = ['--end-time-iso', end];
      const fitted = await run(['counterfactual', ...FIXTURE_ARGS.slice(0, 2), ...window, ...options]);
      const asked = [
        'concordance',
        '--corpus',
        pathToFileURL(corpus).href,
        ...window,
        ...options,
        ...targets,
      ];
      const replayed = await run(asked, { env: server.environment });
      expect([fitted.envelope.status, replayed.envelope.status]).toEqual(['OK', 'OK']);
    }
    await server.close();
    const views = [...PAGE.matchAll(/^CREATE VIEW .*?;$/gms)].map(([view]) => view);
    const athena = [PAGE, readFileSync('docs/tables-rows.sql', 'utf8')].flatMap((text) =>
      [...text.matchAll(/^CREATE EXTERNAL TABLE .*?;$/gms)].map(([made]) => made),
    );
    expect([views.length, athena.length]).toEqual([3, 15]);
    const input = JSON.stringify({ folder: path, views, queries: [...queries.values()], athena });
    const { stdout, stderr } = spawnSync(PYTHON, [ASK], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(stderr).toBe('');
    for (const [index, found] of (JSON.parse(stdout) as Json[][]).entries()) {
      answers.set([...queries.keys()][index] as string, found);
    }
  }, 600_000);

  const ask = (heading: string): Json[] => {
    const found = answers.get(heading);
    if (!found) throw new Error(`expected the question ${heading}, found ${[...answers.keys()]}`);
    return found;
  };
  const analysis = (runId: string, agent = AGENT) => readJson(path, `_counterfactual/${agent}/${runId}.json`);
  const summary = (runId: string, model: string) => readJson(path, `_replay_summary/${runId}_${model}.json`);
  const lineOf = async (model: string, agent = AGENT, runId: string = NEWEST) =>
    (await summary(runId, model)).per_agent.find((one: Json) => one.agent_id_base === agent);

  it('are ten', () => {
    expect(queries.size).toBe(10);
  });

  it('trend', async () => {
    const found = ask('How has an agent changed over the runs?');
    expect(found).toHaveLength(RUNS.length * (3 + TARGETS.length));
    for (const { run_id, rule, target_model, ...numbers } of found) {
      const line = target_model ? await lineOf(target_model, AGENT, run_id) : undefined;
      const { evaluation } = await analysis(run_id);
      const outside = evaluation.rules[rule]?.out_of_sample;
      const { low, high } = (line ?? outside).interval;
      expect(numbers).toMatchObject({
        verdict: (line ?? evaluation.rules[rule]).verdict,
        share: line?.mean ?? outside.match_rate,
        share_low: low,
        share_high: high,
      });
    }
  });

  it('advice', async () => {
    const { agents } = await readJson(path, `_replay_runs/${NEWEST}/advice.json`);
    const named = agents.filter((one: Json) => one.rule !== null || one.target_model !== null);
    expect(named.length).toBeGreaterThan(1);
    const found = ask('What is advised now, and what does it save?');
    expect(found).toHaveLength(named.length);
    expect(byAgent(found)).toMatchObject(
      byAgent(
        named.map(({ agent, action, rule, target_model, saving_per_month_usd }: Json) => {
          const saving = action === 'wait' ? {} : { saving_per_month_usd };
          return { agent_id_base: agent, action, rule, target_model, ...saving };
        }),
      ),
    );
  });

  it('cheapest target that agrees', async () => {
    const lines = await Promise.all(
      TARGETS.map(async (model) =>
        (await summary(NEWEST, model)).per_agent.map((one: Json) => ({ ...one, model })),
      ),
    );
    const agreeing = lines.flat().filter(({ verdict }) => verdict === 'interchangeable');
    const cheapest = [...Map.groupBy(agreeing, ({ agent_id_base }) => agent_id_base)].map(
      ([agent_id_base, ones]) => {
        const costOf = (one: Json) => one.cost_per_decision.target.usd;
        const best = ones.reduce((least, one) => (costOf(one) < costOf(least) ? one : least));
        return { agent_id_base, target_model: best.model, share: best.mean, target_usd: costOf(best) };
      },
    );
    expect(cheapest.length).toBeGreaterThan(1);
    expect(byAgent(ask('Which is the cheapest target that agrees?'))).toMatchObject(byAgent(cheapest));
  });

  it('cost of an agreement', async () => {
    const found = ask('What does an agreement cost under each target?');
    expect(found.length).toBeGreaterThan(2 * TARGETS.length);
    for (const { agent_id_base, target_model, usd_per_agreement } of found) {
      const { cost_per_decision, agreement } = await lineOf(target_model, agent_id_base);
      const { usd, n } = cost_per_decision.target;
      expect(usd_per_agreement).toBeCloseTo((usd * n) / (agreement.mean * agreement.n), 12);
    }
  });

  it('invalid answers', async () => {
    const found = ask('Which served model gives invalid answers?');
    expect(found).toHaveLength(1);
    const { per_agent } = await summary(NEWEST, TARGETS[0]);
    const refusals = per_agent.reduce(
      (sum: number, one: Json) => sum + (one.invalid_answers.refusal ?? 0),
      0,
    );
    expect(refusals).toBeGreaterThan(0);
    expect(found[0]).toEqual({
      target_model: TARGETS[0],
      served_model: TARGETS[0],
      reason: 'refusal',
      invalid: refusals,
    });
  });

  it('cost of a run', async () => {
    const found = ask('What did the answers of a run cost?');
    expect(found).toHaveLength(RUNS.length * TARGETS.length);
    const [first] = RUNS;
    for (const { calls, usd, target_model } of found.filter(({ run_id }) => run_id === first)) {
      const { cost, cache } = await summary(first, target_model);
      expect(calls).toBe(cache.misses);
      expect(usd).toBeCloseTo(cost.usd, 9);
    }
  });

  it('regimes in which the tree misses', async () => {
    const { regimes } = (await analysis(NEWEST)).evaluation.rules.tree.by_time;
    expect(regimes.length).toBeGreaterThan(1);
    const found = ask('In which market regime does the tree miss?');
    for (const { part, rows, match_rate } of regimes) {
      const { decisions, matched } = found.find(({ in_regime }) => in_regime === part);
      expect(decisions).toBe(rows);
      expect(Number(matched)).toBeCloseTo(match_rate, 12);
    }
  });

  it('regimes in which models disagree', async () => {
    const found = ask('In which market regime do the models disagree?');
    for (const model of TARGETS) {
      const { n, mean } = await lineOf(model);
      const own = found.filter(({ target_model }) => target_model === model);
      expect(own.length).toBeGreaterThan(1);
      expect(sum(own.map(({ replays }) => replays))).toBe(n);
      expect(sum(own.map(({ replays, agreement }) => replays * agreement)) / n).toBeCloseTo(mean, 12);
    }
  });

  it('rules wrong together, and the decisions that all of them miss', async () => {
    const { evaluation, n_samples } = await analysis(NEWEST);
    const found = ask('How often are the rules wrong together?');
    const count = (some: Json[]) => sum(some.map(({ decisions }) => decisions));
    expect(count(found)).toBe(n_samples);
    for (const [rule, { out_of_sample }] of Object.entries<Json>(evaluation.rules)) {
      expect(count(found.filter((one) => one[rule])) / n_samples, rule).toBeCloseTo(
        out_of_sample.match_rate,
        12,
      );
    }
    const missed = ask('Which decisions do all rules miss?');
    const together = found.filter(({ tree, exact, logistic }) => !tree && !exact && !logistic);
    expect(missed.length).toBeGreaterThan(10);
    expect(missed).toHaveLength(count(together));
    const labels = evaluation.rules.tree.recalls.map(({ label }: Json) => label);
    for (const { decision, predicted_tree } of missed)
      expect(labels).toEqual(expect.arrayContaining([decision, predicted_tree]));
  });
});

function byAgent(rows: readonly Json[]): Record<string, Json> {
  return Object.fromEntries(rows.map((row) => [row.agent_id_base, row]));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
