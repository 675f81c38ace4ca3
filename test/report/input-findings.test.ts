import { expect, it } from 'vitest';
import { adviseOn } from '../../src/report/advice.ts';
import { inputFindings } from '../../src/report/input-findings.ts';
import { renderReport } from '../../src/report/render.tsx';
import { sampleReport } from './sample.ts';

const HEALTHY = { missing: 0, missing_by_third: [0, 0, 0], missing_in_last_run: 0 };
const INPUTS = [
  { ...HEALTHY, input: 'a', finding: null, runs_of_finding: null },
  { ...HEALTHY, input: 'b', finding: 'vanished' as const, runs_of_finding: 3 },
  { ...HEALTHY, input: 'c', finding: 'constant' as const, runs_of_finding: 4 },
  { ...HEALTHY, input: 'd', finding: 'shifted' as const, runs_of_finding: 1 },
];
const SENTENCES = [
  'Input b vanished: it is missing in all of the newest 3 runs.',
  'Input c stands still: it has one value in all of the newest 4 runs.',
  'Input d left its range: all its values in the newest 1 run are far outside of those before.',
];

it('says of each input what is wrong with it, before the verdict and first among the caveats', () => {
  const sample = sampleReport({ agents: 1 });
  const [agent] = sample.agents;
  if (!agent?.analysis) throw new Error('expected an agent with an analysis');
  const analysis = { ...agent.analysis, inputs: INPUTS };
  expect(inputFindings(analysis)).toEqual(SENTENCES);
  expect(inputFindings({ inputs: null })).toEqual([]);
  const measured = { ...agent, analysis };
  const { caveats } = adviseOn(agent.id, { ...measured, controls: 'passed', windowEnd: sample.windowEnd });
  expect(caveats.slice(0, 3)).toEqual(SENTENCES);
  const page = renderReport({ ...sample, agents: [measured] });
  const section = page.slice(page.indexOf('Would a rule have decided the same?</h3>'));
  for (const sentence of SENTENCES) {
    expect(section.indexOf(sentence)).toBeGreaterThan(0);
    expect(section.indexOf(sentence)).toBeLessThan(section.indexOf('class="verdict"'));
  }
});
