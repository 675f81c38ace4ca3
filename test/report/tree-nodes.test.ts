import { expect, it } from 'vitest';
import { pathOf } from '../../src/report/tree-nodes.ts';
import { labelOf } from '../../src/rules/code/questions.ts';
import { sampleReport } from './sample.ts';

it('leads each wrong row through the tree to what the rule says of it', () => {
  const { agents, controls } = sampleReport({ agents: 8, weeks: 1 });
  const ends = [...agents, ...controls].flatMap(({ analysis }) => {
    if (!analysis) return [];
    const { wrong_rows: wrong, rules, classes } = analysis;
    const labels = classes.map(({ label }) => label);
    return (['tree', 'exact'] as const).flatMap((id) => {
      const tree = rules[id];
      if (!('nodes' in tree)) return [];
      return (wrong?.[id]?.sample ?? []).map(({ rule, values }) => {
        const { steps, end } = pathOf(tree, rules.design, values);
        return { rule, steps, says: end && labelOf(end, labels), isLeaf: end && !end.split };
      });
    });
  });
  expect(ends.length).toBeGreaterThan(10);
  for (const { rule, says, isLeaf } of ends) expect([says, isLeaf]).toEqual([rule, true]);
  const steps = ends.map((one) => one.steps.join('; ')).join('\n');
  expect(steps).toMatch(/ is not /);
  expect(steps).toMatch(/ > \d/);
});
