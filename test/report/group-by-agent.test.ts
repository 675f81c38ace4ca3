import { expect, it } from 'vitest';
import { FAMILIES } from '../../src/agents/registry.ts';
import type { AgentData } from '../../src/report/data.ts';
import { groupByAgent } from '../../src/report/group-by-agent.ts';
import type { RunFiles } from '../../src/report/read-run.ts';
import type { AdviceDocument } from '../../src/results/advice.ts';
import type { Disagreement } from '../../src/results/concordance-run.ts';
import type { CounterfactualResult } from '../../src/results/counterfactual-run.ts';
import type { Summary } from '../../src/results/summary.ts';
import { sampleReport } from './sample.ts';

const sample = sampleReport({ agents: 8, targets: 2, weeks: 2 });
const [one, other] = sample.summaries as [Summary, Summary];
const counterfactual = sample.counterfactual as CounterfactualResult;
const history = () => ({ match: [], unseen: [], agreement: [] });
const READ = { listed: 10, loaded: 10, deduplicated: 0, newest_capture_date: null, captured_cost: null };
const COUNTS = { ...READ, skipped: {}, replayable: 0 };
const ROWS = { ...READ, dropped: {}, rows: 0, skipped_rows: {} };

function filesOf(change: Partial<RunFiles>): RunFiles {
  const { concordance, summaries } = sample;
  return { counterfactual, concordance, summaries, analyses: [], unreadable: [], ...change };
}

function agentOf(files: RunFiles, id: string, before: AdviceDocument | null = null) {
  const { agents, controls } = groupByAgent(files, history, { windowEnd: '2026-07-11', before });
  const found = [...agents, ...controls].find((agent) => agent.id === id);
  if (!found) throw new Error(`no agent ${id}`);
  return found;
}

function disagreement(agent_id_base: string, target_model: string): Disagreement {
  const key = `${agent_id_base}/${target_model}`;
  return {
    target_model,
    agent_id_base,
    artifact_key: key,
    original_model: 'm',
    agreement: 0.5,
    diagnostics: {},
    original_decision: 1,
    replay_decision: 2,
    prompt: null,
  };
}

it('has every agent of the registry, models and controls apart, in its order', () => {
  const { agents, controls } = groupByAgent(filesOf({}), history, { windowEnd: '2026-07-11', before: null });
  const ids = (kind: 'llm' | 'deterministic') =>
    FAMILIES.filter((family) => family.kind === kind).flatMap(({ captured }) =>
      captured.subjects.map(({ id }) => id),
    );
  expect(agents.map(({ id }) => id)).toEqual(ids('llm'));
  expect(controls.map(({ id }) => id)).toEqual(ids('deterministic'));
  expect(controls.every(({ targets }) => targets.length === 0)).toBe(true);
});

it('gives each agent and target the disagreements, the ceiling and the caveats that are theirs', () => {
  const pairs = ['ic_cio', 'sector_qual'].flatMap((id) =>
    [one, other].map(({ target_model }) => disagreement(id, target_model)),
  );
  const concordance = sample.concordance && {
    ...sample.concordance,
    lists: { ...sample.concordance.lists, worst_disagreements: pairs },
  };
  const ceiling = { agent_id_base: 'ic_cio', models: ['m'], n: 9, mean: 0.8, runs: 9, interval: null };
  const bounded: Summary = {
    ...one,
    transport: 'recorded',
    n_artifacts_skipped_for_budget: 5,
    n_artifacts_over_cap: 2,
    noise_ceiling: one.noise_ceiling && { ...one.noise_ceiling, per_agent: [ceiling] },
  };
  const whole: Summary = {
    ...other,
    transport: 'messages',
    n_artifacts_skipped_for_budget: 0,
    n_artifacts_over_cap: 0,
    noise_ceiling: null,
  };
  const { targets } = agentOf(filesOf({ concordance, summaries: [bounded, whole] }), 'ic_cio');
  expect(targets.map(({ worst }) => worst.map(({ artifact_key: key }) => key))).toEqual([
    [`ic_cio/${one.target_model}`],
    [`ic_cio/${other.target_model}`],
  ]);
  expect(targets.map((target) => target.ceiling?.mean)).toEqual([0.8, undefined]);
  expect(targets.map(({ caveats }) => caveats)).toEqual([
    [
      `The budget ended the replays of ${one.target_model}: 5 captures were not reached.`,
      '--max-artifacts left out 2 captures.',
      'The answers are recordings, not calls of this run.',
    ],
    [],
  ]);
});

it.each<[string, Partial<CounterfactualResult['summary']>, string]>([
  [
    'thin',
    {
      agents_skipped_thin_sample: [
        { agent_id_base: 'ic_cio', n_samples: 8, skip_reason: 'thin_sample (n=8 < 10)' },
      ],
      per_family: { ic_cio: ROWS },
    },
    '10 captures, too few rows: 8',
  ],
  ['failed', { fit_failures: [{ agent_id_base: 'ic_cio', error: 'infinite' }] }, 'the fit failed: infinite'],
  ['not asked for', { per_family: {} }, 'it was not asked for'],
  ['absent', { per_family: { ic_cio: { ...ROWS, listed: 0 } } }, 'no capture of it is in the window'],
  ['unreadable', { per_family: { ic_cio: { ...ROWS, loaded: 0 } } }, 'none of its 10 captures could be read'],
])('says why no rule was fitted: %s', (_, change, reason) => {
  const nothing = { agents_skipped_thin_sample: [], fit_failures: [] };
  const summary = { ...counterfactual.summary, ...nothing, ...change };
  const files = filesOf({ counterfactual: { ...counterfactual, summary } });
  expect(agentOf(files, 'ic_cio').notFitted).toBe(reason);
});

it('knows the last day of captures that stopped, by this window or by an earlier run', () => {
  const daysOf = (day: string | null, asked = true) => {
    const per_family = asked ? { ic_cio: { ...ROWS, listed: day ? 3 : 0, newest_capture_date: day } } : {};
    const summary = { ...counterfactual.summary, per_family };
    const files = filesOf({ counterfactual: { ...counterfactual, summary }, summaries: [] });
    const [known] = sample.agents;
    if (!known) throw new Error('expected an agent');
    const earlier = { ...known.advice, agent: 'ic_cio', newest_input_date: '2026-04-02', previous: null };
    const before = {
      schema_version: 1 as const,
      run_key: 'k',
      window_start: '',
      window_end: '',
      cost_usd: null,
      agents: [earlier],
    };
    const agent = agentOf(files, 'ic_cio', before);
    return [agent.newestCapture, (agent as AgentData).advice.action];
  };
  expect(daysOf('2026-07-10')).toEqual(['2026-07-10', 'not_measured']);
  expect(daysOf('2026-06-10')).toEqual(['2026-06-10', 'stale']);
  expect(daysOf(null)).toEqual(['2026-04-02', 'stale']);
  expect(daysOf(null, false)).toEqual([null, 'not_measured']);
});

it('says why no rule was fitted where a file is missing', () => {
  expect(agentOf(filesOf({ counterfactual: null }), 'ic_cio').notFitted).toContain('left no result');
  const nothing = { agents_skipped_thin_sample: [], fit_failures: [] };
  const summary = { ...counterfactual.summary, ...nothing };
  const key = '_counterfactual/ic_cio/2607110900.json';
  const unreadable = [{ job: 'counterfactual' as const, key, error: 'e' }];
  const files = filesOf({ counterfactual: { ...counterfactual, summary }, unreadable });
  expect(agentOf(files, 'ic_cio').notFitted).toBe('its analysis could not be read');
});

it.each<[string, Partial<Summary>, string]>([
  [
    'thin',
    { agents_skipped_thin_sample: [{ agent_id_base: 'ic_cio', n_observations: 2 }] },
    'only 2 of its captures could be scored',
  ],
  ['not asked for', { per_family: {} }, 'it was not asked for'],
  ['absent', { per_family: { ic_cio: { ...COUNTS, listed: 0 } } }, 'no capture of it is in the window'],
  [
    'skipped',
    { per_family: { ic_cio: { ...COUNTS, skipped: { placeholder: 10 } } } },
    'none of its 10 captures can be replayed (10: the capture holds a placeholder in place of the prompt)',
  ],
  [
    'stopped',
    { per_family: { ic_cio: { ...COUNTS, replayable: 4 } }, budget_stopped: true },
    'the budget ended the run before it',
  ],
  [
    'failed',
    {
      per_family: { ic_cio: { ...COUNTS, replayable: 4 } },
      replay_failures: [
        { artifact_key: 'k', agent_id_base: 'ic_cio', kind: 'model', reason: 'refusal', error: 'e' },
      ],
    },
    'none of its replays had a valid answer, 1 failed',
  ],
])('says why a target was not measured: %s', (_, change, reason) => {
  const bare = { per_agent: [], agents_skipped_thin_sample: [], replay_failures: [], budget_stopped: false };
  const files = filesOf({ summaries: [{ ...one, ...bare, ...change }] });
  const [target] = agentOf(files, 'ic_cio').targets;
  expect(target).toMatchObject({ found: null, notMeasured: reason });
});
