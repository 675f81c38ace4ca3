import { expect, it } from 'vitest';
import { readHistory } from '../../src/report/history.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder, writeObjects } from '../e2e/program.ts';

function runIdOfWeek(week: number): string {
  const day = new Date(Date.UTC(2025, 0, 4) + week * 7 * 86_400_000);
  return `${day.toISOString().slice(2, 10).replaceAll('-', '')}0900`;
}

it('takes the last 52 runs up to this one, of every version, oldest first', async () => {
  const { path, uri } = await temporaryFolder();
  const interval = { low: 0.4, high: 0.6, level: 0.95 };
  const of = (match_rate: number) => ({
    match_rate,
    evaluation: { rules: { tree: { out_of_sample: { match_rate: match_rate / 2, interval } } } },
  });
  const objects: Record<string, unknown> = {};
  for (let week = 0; week < 60; week += 1) {
    objects[`_counterfactual/ic_cio/${runIdOfWeek(week)}.json`] =
      week < 30 ? { match_rate: week / 100 } : of(week / 100);
    objects[`_replay_summary/${runIdOfWeek(week)}_a-b.json`] = {
      target_model: 'a/b',
      per_agent: [{ agent_id_base: 'ic_cio', mean: week / 100, interval: week < 30 ? null : interval }],
    };
  }
  objects['_counterfactual/ic_cio/latest.json'] = of(1);
  objects['_counterfactual/ic_cio/2026-W33.json'] = of(1);
  objects['_counterfactual_controls/executor:risk_guard/2601030900.json'] = of(0.9);
  objects['_counterfactual/macro_economist/2601030900.json'] = 'none';
  objects['_replay_summary/latest.json'] = objects[`_replay_summary/${runIdOfWeek(59)}_a-b.json`];
  const texts = Object.entries(objects).map(([key, value]) => [key, JSON.stringify(value)]);
  await writeObjects(path, Object.fromEntries(texts));

  const history = await readHistory(openStore(uri), runIdOfWeek(57));
  const { match, unseen, agreement } = history('ic_cio');
  expect(match).toHaveLength(52);
  expect(match[0]).toEqual({ runId: runIdOfWeek(6), value: 0.06, low: null, high: null });
  expect(match.at(-1)).toEqual({ runId: runIdOfWeek(57), value: 0.57, low: null, high: null });
  expect(unseen).toHaveLength(28);
  expect(unseen[0]).toEqual({ runId: runIdOfWeek(30), value: 0.15, low: 0.4, high: 0.6 });
  expect(agreement.map(({ model, points }) => [model, points.length])).toEqual([['a/b', 52]]);
  expect(agreement[0]?.points[0]).toMatchObject({ value: 0.06, low: null });
  expect(history('executor:risk_guard').match).toHaveLength(1);
  expect(history('macro_economist').match).toEqual([]);
  expect(history('nobody')).toEqual({ match: [], unseen: [], agreement: [] });
});
