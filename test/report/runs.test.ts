import { expect, it } from 'vitest';
import { changesOf } from '../../src/report/page/runs.tsx';
import { sampleReport } from './sample.ts';

const SAMPLE = sampleReport({ agents: 4, weeks: 1 });

function point(runId: string, value: number) {
  return { runId, value, low: null, high: null };
}

it('tells another action and shares that moved by a point, what got worse first', () => {
  const [steady, better, worse, acted] = SAMPLE.agents.map((agent) => agent);
  if (!steady || !better || !worse || !acted) throw new Error('expected four agents');
  const withMatch = (agent: typeof steady, from: number, to: number) => ({
    ...agent,
    history: { match: [], unseen: [point('2607040900', from), point('2607110900', to)], agreement: [] },
  });
  const model = {
    model: 'claude-haiku-4-5',
    points: [point('2607040900', 0.975), point('2607110900', 0.925)],
  };
  const agents = [
    withMatch(steady, 0.9, 0.905),
    withMatch(better, 0.9, 0.95),
    { ...worse, history: { match: [], unseen: [], agreement: [model] } },
    { ...withMatch(acted, 0.9, 0.9), advice: { ...acted.advice, action: 'switch' as const } },
  ];
  const before = {
    schema_version: 1 as const,
    run_key: 'last',
    window_start: '2026-05-10',
    window_end: '2026-07-04',
    cost_usd: null,
    agents: agents.map(({ id, advice: { grounds, ...advice } }) => ({
      ...advice,
      agent: id,
      action: id === acted.id ? ('wait' as const) : advice.action,
      previous: null,
    })),
  };
  const runId = '2607110900';
  expect(changesOf({ agents, before, runId }).map(({ agent, text }) => [agent, text])).toEqual([
    [worse.id, 'agreement of haiku-4-5 97.5% → 92.5%'],
    [better.id, 'match on unseen runs 90.0% → 95.0%'],
    [acted.id, 'Wait → Switch model'],
  ]);
  expect(changesOf({ agents, before: null, runId })).toEqual([]);
  // A run that measured nothing moved nothing, and another run of the same day is not the last one.
  expect(changesOf({ agents, before, runId: '2607180900' }).map(({ agent }) => agent)).toEqual([acted.id]);
  const [, moved] = agents as [unknown, (typeof agents)[number]];
  const twice = [point('2607040900', 0.9), point('2607110800', 0.5), point('2607110900', 0.95)];
  const again = { ...moved, history: { ...moved.history, unseen: twice } };
  expect(changesOf({ agents: [again], before, runId })).toMatchObject([
    { text: 'match on unseen runs 90.0% → 95.0%' },
  ]);
});
