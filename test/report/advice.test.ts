import { describe, expect, it } from 'vitest';
import { adviseOn, type Measured } from '../../src/report/advice.ts';
import type { TargetData } from '../../src/report/data.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { EvaluatedRule } from '../../src/results/rules.ts';
import type { AgentAgreement } from '../../src/results/summary.ts';
import { REAL_AGREEMENT, REAL_ANALYSIS } from './real.ts';

const INTERVAL = { low: 0.91, high: 0.97, level: 0.95 };
const { evaluation: REAL } = REAL_ANALYSIS;

function rule(
  verdict: EvaluatedRule['verdict'],
  reason: EvaluatedRule['reason'] = 'above_both',
  runs_needed: number | null = null,
): EvaluatedRule {
  const { tree } = REAL.rules;
  const out_of_sample = tree.out_of_sample && { ...tree.out_of_sample, match_rate: 0.95, interval: INTERVAL };
  return { ...tree, verdict, reason, runs_needed, out_of_sample, missing_for_replace: [] };
}

type Verdicts = readonly [EvaluatedRule['verdict'], EvaluatedRule['verdict'], EvaluatedRule['verdict']];

function analysis([tree, exact, logistic]: Verdicts, change: Partial<Analysis> = {}): Analysis {
  return {
    ...REAL_ANALYSIS,
    simulated: false,
    sources: null,
    evaluation: {
      ...REAL,
      runs: 40,
      baseline: { label: 'HOLD', match_rate: 0.6 },
      rules: { tree: rule(tree, 'match_unclear', 1234), exact: rule(exact), logistic: rule(logistic) },
    },
    newest_input_date: '2026-07-10',
    ...change,
  };
}

function target(
  verdict: AgentAgreement['verdict'] | null,
  saving: number | null = 12,
  change: Partial<AgentAgreement> = {},
  model = 'haiku',
): TargetData {
  const original = { usd: 0.5, n: 40 };
  const found: AgentAgreement = {
    ...REAL_AGREEMENT,
    n: 80,
    mean: 0.94,
    interval: INTERVAL,
    runs: 40,
    verdict: verdict ?? 'inconclusive',
    runs_needed: 28,
    relative_to_ceiling: null,
    tool_loop: false,
    invalid_answers: {},
    cost_per_decision: { original, target: null, decisions_per_month: 60, saving_per_month_usd: saving },
    newest_input_date: '2026-07-09',
    agreement: null,
    ...change,
  };
  return {
    model,
    found: verdict === null ? null : found,
    notMeasured: verdict === null ? 'only 2 of its captures could be scored' : null,
    threshold: 0.9,
    ceiling: null,
    caveats: [],
    worst: [],
  };
}

function advise(change: Partial<Measured>) {
  return adviseOn('ic_cio', {
    analysis: null,
    notFitted: 'thin_sample (n=3 < 10)',
    targets: [],
    cost: null,
    newestCapture: null,
    controls: 'passed',
    windowEnd: '2026-07-11',
    ...change,
  });
}

const NONE: Verdicts = ['not_explained', 'not_explained', 'not_explained'];
const OPEN: Verdicts = ['inconclusive', 'not_explained', 'not_explained'];

describe('advice', () => {
  it('is to replace an agent that a rule explains, whatever the models do, and counts its whole cost', () => {
    const explained = analysis(['explained', 'explained', 'explained']);
    const cost = { captures: 120, usd: 60, decisions_per_month: 60, cost_per_month_usd: 30 };
    expect(advise({ analysis: explained, targets: [target('interchangeable')], cost })).toMatchObject({
      action: 'replace',
      reason: 'A depth-3 tree can take over: it decides the same in 95% of decisions, at least 91%.',
      rule: 'tree',
      target_model: null,
      cost_per_month_usd: 30,
      decisions_per_month: 60,
      saving_per_month_usd: 30,
      newest_input_date: '2026-07-10',
      caveats: [],
    });
    const logistic = analysis(['inconclusive', 'not_explained', 'explained']);
    expect(advise({ analysis: logistic })).toMatchObject({
      action: 'replace',
      rule: 'logistic',
      cost_per_month_usd: null,
      reason: 'A logistic regression can take over: it decides the same in 95% of decisions, at least 91%.',
      saving_per_month_usd: null,
    });
  });

  it('is to switch to the model that saves most', () => {
    const targets = [
      target('interchangeable', 5),
      target('interchangeable', 9, {}, 'mini'),
      target('not', 99, {}, 'x'),
    ];
    expect(advise({ analysis: analysis(OPEN), targets })).toMatchObject({
      action: 'switch',
      reason: 'mini can take over, saving about $9.00 a month; haiku agrees as much, saves $4.00 less.',
      rule: null,
      target_model: 'mini',
      saving_per_month_usd: 9,
    });
    expect(advise({ targets: [target('interchangeable', null)] })).toMatchObject({
      action: 'switch',
      reason: 'haiku can take over; what it saves is not known.',
      saving_per_month_usd: null,
    });
  });

  it('names the runner-up of several models, one that stands in first', () => {
    const reasonOf = (...targets: TargetData[]) => advise({ analysis: analysis(NONE), targets }).reason;
    const nearer = target('interchangeable', 8.9, { mean: 0.959 }, 'sonnet');
    const dear = target('interchangeable', null, { mean: 0.93 }, 'opus');
    const worse = target(
      'not',
      11,
      { mean: 0.99, agreement: { mean: 0.71, low: null, high: null, n: 90 } },
      'x',
    );
    const best = 'haiku can take over, saving about $9.00 a month';
    const own = target('interchangeable', 9);
    expect(reasonOf(own)).toBe(`${best}.`);
    expect(reasonOf(own, worse, nearer)).toBe(`${best}; sonnet agrees 1.9 points more, saves $0.10 less.`);
    expect(reasonOf(worse, own)).toBe(`${best}; x agrees 23.0 points less, saves $2.00 more.`);
    const nearest = target('inconclusive', 11, { mean: 0.99 }, 'y');
    expect(reasonOf(own, nearest, dear)).toBe(`${best}; opus agrees 1.0 points less.`);
  });

  it('is not to switch on the word of the stopping test alone, which is about this window', () => {
    const interval = { low: 0.8, high: 1, level: 0.95 };
    const stopped = target('interchangeable', 9, { interval, verdict_by: 'sequential_test' });
    const { action, reason, grounds } = advise({ analysis: analysis(NONE), targets: [stopped] });
    expect({ action, reason }).toEqual({
      action: 'wait',
      reason: 'Not settled: no rule does, cheaper model undecided.',
    });
    expect(grounds.at(-1)).toContain('above the 90% that are asked for, in this window.');
  });

  it('names a model that decides the same and costs more', () => {
    const dear = target('interchangeable', -3);
    expect(advise({ analysis: analysis(NONE), targets: [dear] })).toMatchObject({
      action: 'keep',
      reason: 'No rule decides the same, and haiku costs no less.',
      target_model: 'haiku',
      saving_per_month_usd: null,
    });
    expect(advise({ analysis: analysis(OPEN), targets: [dear] }).reason).toBe(
      'Not settled: rule undecided, haiku decides the same and costs no less.',
    );
  });

  it('is to keep an agent that nothing cheaper stands in for', () => {
    expect(advise({ analysis: analysis(NONE), targets: [target('not')] }).action).toBe('keep');
    expect(advise({ analysis: analysis(NONE), targets: [target('interchangeable', -3)] }).action).toBe(
      'keep',
    );
  });

  it.each([
    [OPEN, [target('not')], 'rule undecided, no cheaper model does'],
    [NONE, [target('inconclusive')], 'no rule does, cheaper model undecided'],
    [NONE, [], 'no rule does, no cheaper model measured'],
    [NONE, [target('not'), target(null)], 'no rule does, not every model measured'],
    [null, [target('not')], 'no rule fitted, no cheaper model does'],
  ] as const)('is to wait where something is open: %j', (verdicts, targets, text) => {
    const advice = advise({ analysis: verdicts && analysis(verdicts), targets });
    expect(advice).toMatchObject({ action: 'wait', reason: `Not settled: ${text}.` });
    expect(advice.saving_per_month_usd).toBeNull();
  });

  it('is nothing on old input, or on rules behind failed controls', () => {
    const explained = analysis(['explained', 'explained', 'explained']);
    const late = { analysis: explained, targets: [target('interchangeable')], windowEnd: '2026-07-25' };
    expect(advise(late)).toMatchObject({
      action: 'stale',
      reason: 'Its newest capture is of 2026-07-10, 15 days before the window ends.',
    });
    expect(advise({ ...late, windowEnd: '2026-07-24' }).action).toBe('replace');
    expect(advise({ analysis: explained, controls: 'failed' })).toMatchObject({
      action: 'do_not_act',
      reason: 'The controls of this run failed.',
    });
  });

  it('is that it is stale where its captures stopped, whatever could be measured of them', () => {
    const stopped = { newestCapture: '2026-06-20', targets: [target(null)] };
    expect(advise(stopped)).toMatchObject({
      action: 'stale',
      reason: 'Its newest capture is of 2026-06-20, 21 days before the window ends.',
      newest_input_date: '2026-06-20',
    });
    expect(advise({ ...stopped, windowEnd: '2026-07-04' })).toMatchObject({
      action: 'not_measured',
      newest_input_date: '2026-06-20',
    });
  });

  it('says why nothing was measured', () => {
    expect(advise({})).toMatchObject({
      action: 'not_measured',
      reason: 'No job has a result for it: thin_sample (n=3 < 10).',
      newest_input_date: null,
    });
    expect(advise({ notFitted: null, targets: [target(null)] }).reason).toContain('only 2 of its captures');
  });

  it('rests on numbers, each with what it is held against', () => {
    const { grounds } = advise({
      analysis: analysis(OPEN),
      targets: [target('inconclusive'), target(null, 0, {}, 'mini')],
    });
    expect(grounds).toEqual([
      'A depth-3 tree decides the same in 95% of decisions that it has not seen (95% interval 91% to 97%); always answering “HOLD” would in 60%.',
      'Whether it is above the 85% that are asked for is open; about 1,200 runs would settle it, there are 40.',
      'haiku agrees 94% in 80 decisions (95% interval 91% to 97%), which leaves open whether it is above 90%; about 28 runs would settle it, there are 40.',
      'mini: only 2 of its captures could be scored.',
    ]);
  });

  it('warns of what speaks against acting', () => {
    const sources = { live: { n_samples: 60, match_rate: 1 }, simulated: { n_samples: 40, match_rate: 1 } };
    const few = analysis(NONE, { sources });
    const { caveats } = advise({
      analysis: { ...few, evaluation: { ...few.evaluation, runs: 8 } },
      targets: [
        {
          ...target('not', 1, {
            tool_loop: true,
            interval_after_stop: true,
            invalid_answers: { refusal: 2 },
          }),
          caveats: ['The budget ended the replays of haiku.'],
        },
      ],
      controls: 'untested',
    });
    expect(caveats).toEqual([
      'Only 8 runs: rough intervals.',
      'No control had enough rows to test this run.',
      '40 of 100 rows are simulated.',
      'The budget ended the replays of haiku.',
      'Replayed without the tools that it has in production.',
      'Replays ended once the verdict was sure: the interval covers less often than it says.',
      '2 answers were invalid, and count as disagreement.',
    ]);
  });
});
