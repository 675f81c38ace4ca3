import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CorpusObject } from '../../scripts/corpus/envelope.ts';
import { END_DATE, FIXTURES as FIXTURE_OPTIONS, generateCorpus } from '../../scripts/corpus/generate.ts';
import { Random } from '../../scripts/corpus/random.ts';
import { writeCorpus } from '../../scripts/corpus/write.ts';
import { fixtureRun } from './fixture-run.ts';
import { FIXTURE_ARGS, FIXTURES_END, type Json, readJson, run, temporaryFolder } from './program.ts';

const DAY_MS = 86_400_000;

/** A run over objects of which `change` made others. */
async function runOver(objects: Iterable<CorpusObject>, ...args: string[]) {
  const { path, uri } = await temporaryFolder();
  writeCorpus(objects, join(path, 'corpus'));
  const uris = ['--corpus', `${uri}/corpus`, '--out', `${uri}/out`];
  return { out: join(path, 'out'), ...(await run(['counterfactual', ...uris, ...args])) };
}

/** The same captures, those of one agent with each other's outputs. */
function scrambled(agentId: string): CorpusObject[] {
  const objects = [...generateCorpus(FIXTURE_OPTIONS)];
  const own = objects.filter(({ key }) => key.includes(`/${agentId}/`));
  const outputs = own.map(({ body }) => JSON.parse(body).agent_output);
  const drawn = new Random('scrambled').shuffled(outputs);
  return objects.map((object) => {
    const position = own.indexOf(object);
    if (position === -1) return object;
    const artifact = JSON.parse(object.body);
    return { ...object, body: JSON.stringify({ ...artifact, agent_output: drawn[position] }) };
  });
}

function agentOf({ summary }: Json, id: string): Json {
  return summary.per_agent.find((agent: Json) => agent.agent_id_base === id);
}

describe('verdicts of counterfactual', () => {
  beforeAll(async () => {
    await fixtureRun('counterfactual');
  });

  it('stand beside the history’s number in summary and analysis, and the controls pass', async () => {
    const { envelope, out } = await fixtureRun('counterfactual');
    const { per_agent, controls } = envelope.summary;
    expect(controls).toEqual({
      status: 'passed',
      positive: {
        tested: per_agent
          .filter(({ kind }: Json) => kind === 'deterministic')
          .map(({ agent_id_base }: Json) => agent_id_base),
        untested: [],
        failed: [],
      },
      negative: { tested: expect.any(Number), failed: [] },
    });
    expect(controls.positive.tested).toHaveLength(5);
    // The one agent with twenty runs is a control: its tree.
    expect(controls.negative.tested).toBe(1);
    for (const agent of per_agent) {
      const { evaluation, rules, match_rate } = await readJson(out, agent.analysis_key);
      const { tree, exact } = evaluation.rules;
      expect(agent, agent.agent_id_base).toMatchObject({
        match_rate,
        verdict: tree.verdict,
        runs: evaluation.runs,
        out_of_sample: tree.out_of_sample.match_rate,
        lower: tree.out_of_sample.interval.low,
        upper: tree.out_of_sample.interval.high,
        baseline: evaluation.baseline.match_rate,
        optimal: rules.exact.match_rate ?? null,
        verdicts: { tree: tree.verdict, ...(exact && { exact: exact.verdict }) },
      });
      expect('nodes' in rules.exact, agent.agent_id_base).toBe(agent.kind !== 'deterministic');
      expect(tree.in_sample.match_rate).toBe(match_rate);
      if ('nodes' in rules.exact) {
        expect(rules.exact.match_rate).toBeGreaterThanOrEqual(match_rate);
        expect(rules.exact.optimality).toMatch(/^(proven|proven_over_candidates|time_limited)$/);
      }
      expect(tree.by_depth.map(({ depth }: Json) => depth)).toEqual([0, 1, 2, 3]);
      for (const rule of Object.values<Json>(evaluation.rules)) {
        expect(rule.negative_control?.verdict).not.toBe('explained');
      }
    }
    const verdicts = per_agent.flatMap((agent: Json) => Object.values(agent.verdicts));
    expect(verdicts).toContain('explained');
    // Teams of one Saturday are one run, and so are an executor's decisions of one date.
    expect(agentOf(envelope, 'sector_quant').runs).toBe(8);
    expect(agentOf(envelope, 'executor:risk_guard').runs).toBeLessThan(20);
  });

  it.each(['executor:risk_guard', 'executor:position_sizer'])(
    'are PARTIAL when %s does not follow its rule',
    async (agentId) => {
      const args = ['--end-time-iso', FIXTURES_END, '--agents', `macro_economist,${agentId}`];
      const { code, envelope } = await runOver(scrambled(agentId), ...args);
      expect({ code, status: envelope.status }).toEqual({ code: 0, status: 'PARTIAL' });
      const { status, positive } = envelope.summary.controls;
      expect(status).toBe('failed');
      expect(positive.failed).toMatchObject([
        { agent_id_base: agentId, match_rate: agentOf(envelope, agentId).match_rate },
      ]);
    },
  );

  it('do not take noise for a rule, whose match in sample stays what it was', async () => {
    const noisy = generateCorpus({ ...FIXTURE_OPTIONS, noise: { sector_quant: 0.5 } });
    const args = ['--end-time-iso', FIXTURES_END, '--agents', 'sector_quant'];
    const { out, envelope } = await runOver(noisy, ...args);
    const agent = agentOf(envelope, 'sector_quant');
    expect(agent.n_samples).toBeGreaterThan(500);
    expect(Object.values(agent.verdicts)).not.toContain('explained');
    expect(agent.out_of_sample).toBeLessThan(agent.match_rate);
    const { match_rate, rules } = await readJson(out, agent.analysis_key);
    expect([match_rate, rules.tree.match_rate]).toEqual([agent.match_rate, agent.match_rate]);
    // No deterministic agent was read.
    expect(envelope).toMatchObject({ status: 'OK', summary: { controls: { status: 'untested' } } });
  });

  it('follow the thresholds', async () => {
    const agent = 'executor:risk_guard';
    const { uri } = await temporaryFolder();
    const args = [...FIXTURE_ARGS, '--out', uri, '--agents', agent, '--explained-threshold', '0.5'];
    const lenient = agentOf((await run(['counterfactual', ...args])).envelope, agent);
    const byDefault = agentOf((await fixtureRun('counterfactual')).envelope, agent);
    expect(byDefault).toMatchObject({ verdict: 'inconclusive', lower: lenient.lower, upper: lenient.upper });
    expect(lenient.verdict).toBe('explained');
  });

  it('go into metrics beside the old ones', async () => {
    const today = new Date();
    const shift = Math.floor(today.getTime() / DAY_MS) - Date.parse(`${END_DATE}T00:00:00Z`) / DAY_MS;
    const objects = [...generateCorpus(FIXTURE_OPTIONS)].flatMap((object) => {
      const [root, year, month, day, ...rest] = object.key.split('/');
      const time = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
      if (Number.isNaN(time)) return [];
      const moved = new Date(time + shift * DAY_MS).toISOString().slice(0, 10).split('-');
      return [{ ...object, key: [root, ...moved, ...rest].join('/') }];
    });
    const args = ['--metrics', 'file', '--agents', 'thinktank_thesis,executor:entry_triggers'];
    const { out, envelope } = await runOver(objects, ...args, '--end-time-iso', today.toISOString());
    const file = join(out, `_metrics/${envelope.run_id}_counterfactual.ndjson`);
    const data: Json[] = (await readFile(file, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(envelope.summary.metrics).toMatchObject({ emitted: data.length, skipped: [] });
    for (const [agentId, prefix] of [
      ['thinktank_thesis', 'agent_counterfactual_rule_fit'],
      ['executor:entry_triggers', 'control_rule_fit'],
    ] as const) {
      const agent = agentOf(envelope, agentId);
      const own = data.filter(({ dimensions }) => dimensions.judged_agent_id === agentId);
      expect(own.map(({ name, unit, value }) => [name, unit, value])).toEqual([
        [prefix, 'None', agent.match_rate],
        [`${prefix}_n_samples`, 'Count', agent.n_samples],
        [`${prefix}_cv`, 'None', agent.out_of_sample],
        [`${prefix}_lower`, 'None', agent.lower],
        [`${prefix}_upper`, 'None', agent.upper],
        [`${prefix}_baseline`, 'None', agent.baseline],
        ...(agent.optimal === null ? [] : [[`${prefix}_optimal`, 'None', agent.optimal]]),
      ]);
      for (const { dimensions } of own) expect(dimensions).toEqual({ judged_agent_id: agentId });
    }
  });
});
