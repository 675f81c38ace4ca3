import { expect, it } from 'vitest';
import { adviseOn } from '../../src/report/advice.ts';
import { renderReport } from '../../src/report/render.tsx';
import {
  inputFindings,
  missingWords,
  prospectiveWords,
  ruleVerdict,
} from '../../src/report/verdict-words.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { EvaluatedRule } from '../../src/results/rules.ts';
import { REAL_ANALYSIS } from './real.ts';
import { sampleReport } from './sample.ts';

function verdict(reason: EvaluatedRule['reason'], match_rate: number, runs_needed: number | null): string {
  const { evaluation: real } = REAL_ANALYSIS;
  const { tree } = real.rules;
  const interval = { low: 0.49, high: 1, level: 0.95 };
  const rule: EvaluatedRule = {
    ...tree,
    verdict:
      reason === 'above_both'
        ? 'explained'
        : runs_needed || reason === 'not_forward'
          ? 'inconclusive'
          : 'not_explained',
    reason,
    runs_needed,
    out_of_sample: tree.out_of_sample && { ...tree.out_of_sample, match_rate, interval },
  };
  const evaluation = { ...real, runs: 8, baseline: { label: 'HOLD', match_rate: 0.6 } };
  return ruleVerdict(rule, evaluation);
}

it.each<[EvaluatedRule['reason'], number, number | null, string]>([
  [
    'above_both',
    0.97,
    null,
    'Yes. Its match on unseen runs, 97% (49% to 100%), is clear of the threshold, 85%,',
  ],
  [
    'below_threshold',
    0.7,
    null,
    'No. Its match on unseen runs, 70% (49% to 100%), is below the threshold, 85%.',
  ],
  [
    'not_above_baseline',
    0.7,
    null,
    'adds too little: it does not get right 20% of what the baseline (60%) misses.',
  ],
  [
    'match_unclear',
    0.9,
    48,
    'the interval lies on both sides of it. About 48 runs like these would settle it; there are 8.',
  ],
  [
    'match_unclear',
    1,
    48,
    'It misses nothing on unseen runs; but without a miss nothing tells whether misses would come alone',
  ],
  [
    'excess_unclear',
    0.9,
    2345,
    'but not for sure right on 20% of what the baseline (60%) misses. About 2,300 runs like these',
  ],
])('says of %s at %s why, in words', (reason, match, needed, text) => {
  expect(verdict(reason, match, needed)).toContain(text);
});

it('does not say of a rule that later runs refute that it is at the threshold', () => {
  expect(verdict('not_forward', 0.95, null)).toMatch(/more than \S+ are asked for\.$/);
});

it('says how the oldest earlier rule matches decisions since, in one sentence', () => {
  const rule = {
    verdict: 'explained' as const,
    match_rate: 0.9,
    interval: { low: 0.8, high: 0.95, level: 0.95 },
  };
  const run = { run_id: '2607040900', window_start: '2026-05-10', window_end: '2026-07-04', later_runs: 1 };
  const rules = { tree: { ...rule, match_rate: 1 }, logistic: rule };
  const newest = { ...run, age_days: 7, later_rows: 9, rules };
  const oldest = {
    ...run,
    age_days: 21,
    later_rows: 77,
    later_runs: 6,
    rules: { tree: rule, logistic: rule },
  };
  const told = (runs: NonNullable<Analysis['prospective']>['runs']) =>
    prospectiveWords({ ...REAL_ANALYSIS, prospective: { runs, not_applied: [] } });
  expect(told([newest, oldest])).toBe(
    'The tree of the run 21 days before matches, without a refit, 90% (80% to 95%) of 77 decisions in the 6 runs since.',
  );
  expect(told([])).toBe('');
  expect(missingWords({ reason: 'only_this_window', more_runs: 9 }, 0.85)).toBe(
    'It explains the agent in this window; about 9 more runs of later decisions would tell.',
  );
});

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
