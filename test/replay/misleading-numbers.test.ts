import { describe, expect, it } from 'vitest';
import { runIdOf, windowOf } from '../../src/corpus/window.ts';
import { fitSubject } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import { claimAgreement, claimByTest } from '../../src/replay/concordance/agreement-verdict.ts';
import type { Candidate, ReplaySet } from '../../src/replay/concordance/candidate-aggregator.ts';
import { EarlyStop } from '../../src/replay/concordance/early-stopping.ts';
import { summariseTarget } from '../../src/replay/concordance/summary.ts';
import { TargetRun } from '../../src/replay/concordance/target-run.ts';
import type { Run } from '../../src/replay/ingest/run.ts';
import { adviseOn } from '../../src/report/advice.ts';
import { missingWords, ruleVerdict } from '../../src/report/verdict-words.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { EvaluatedFit } from '../../src/results/rules.ts';
import type { AgentAgreement } from '../../src/results/summary.ts';
import { fitGreedyTree } from '../../src/rules/fit.ts';
import { type ConcordanceSettings, readSettings } from '../../src/settings/settings.ts';
import { DAY_MS, dayNumber } from '../../src/shared/day.ts';
import { Random } from '../../src/statistics/random.ts';
import { openStore } from '../../src/store/open.ts';
import { REAL_ANALYSIS } from '../report/real.ts';
import { answerTo, candidateOf, haiku, THESIS } from './candidates.ts';

const NOW = new Date('2026-07-11T09:00:00Z');
const LABELS = ['advance', 'hold', 'reject'];

type Label = (inputs: readonly number[], row: number) => number;

interface Shape {
  readonly runs: number;
  readonly size: number;
  readonly inputs: number;
  readonly depth?: number;
}

/** What is fitted to rows of random inputs, a run a day up to the end of June. */
function taskOf({ runs, size, inputs, depth = 3 }: Shape, label: Label, draw: (random: Random) => number) {
  const random = new Random('misleading');
  const rows = runs * size;
  const values = Float64Array.from({ length: rows * inputs }, () => draw(random));
  const codes = Int32Array.from({ length: rows }, (_, row) =>
    label([...values.subarray(row * inputs, (row + 1) * inputs)], row),
  );
  const runOf = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / size));
  const start = dayNumber('2026-05-01');
  return {
    features: Array.from({ length: inputs }, (_, input) => ({ name: `input_${input}` })),
    rows,
    values,
    labels: [{ name: 'decision', codes }],
    labelTexts: LABELS,
    maxDepth: depth,
    simulated: new Uint8Array(rows),
    runs: runOf,
    days: runOf.map((run) => start + run),
    evaluation: { seed: 'misleading', threshold: 0.85, margin: 0.2, level: 0.95 },
    earlier: { analyses: [], unreadable: [], window: { start: '2026-05-01', end: '2026-07-11' } },
  } satisfies FitTask;
}

function fitted(shape: Shape, label: Label, draw = (random: Random) => random.unit()): EvaluatedFit {
  return fitSubject(taskOf(shape, label, draw)).decision as EvaluatedFit;
}

function advised(found: AgentAgreement | undefined, analysis: Analysis | null = null) {
  const target = { model: 'haiku', notMeasured: null, threshold: 0.9, ceiling: null, caveats: [], worst: [] };
  const targets = found ? [{ ...target, found }] : [];
  const rest = {
    notFitted: null,
    cost: null,
    newestCapture: null,
    controls: 'passed',
    windowEnd: '2026-07-11',
  } as const;
  return adviseOn('a', { ...rest, analysis, targets }).action;
}

/** The line of theses of which each is answered as told. */
function lineOf(candidates: readonly Candidate[], answers: readonly (string | object)[]) {
  const settings = readSettings(['concordance', '--corpus', 'file:///none'], {}, NOW) as ConcordanceSettings;
  const run = {
    settings,
    runId: runIdOf(NOW),
    window: windowOf(NOW, settings.windowDays),
    out: openStore('file:///none', { create: false }),
    now: NOW,
  } as Run<ConcordanceSettings>;
  const replays = new TargetRun(haiku(), candidates);
  for (const [index, answer] of answers.entries()) {
    replays.answered(answerTo(replays, candidates[index] as Candidate, answer));
  }
  const [listed, none] = [
    candidates.length,
    { deduplicated: 0, newest_capture_date: null, captured_cost: null, skipped: {} },
  ];
  const count = { listed, loaded: listed, replayable: listed, ...none };
  const set: ReplaySet = { candidates, counts: new Map([['thinktank_thesis', count]]), skips: [] };
  const parts = { run, set, loadFailures: [], overCap: 0, budgetStopped: false, ceiling: undefined };
  return summariseTarget(replays, parts).per_agent[0] as AgentAgreement;
}

/** Theses captured on the newest `days` days of the window in turn, each day a run. */
function thesesOf(count: number, days: number): Candidate[] {
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(NOW.getTime() - (index % days) * DAY_MS).toISOString().slice(0, 10);
    const one = candidateOf(`${day.replaceAll('-', '/')}/thinktank_thesis/thesis-${index}.json`);
    return { ...one, original: { decision: THESIS, context: null } };
  });
}

describe('numbers that used to mislead', () => {
  it('1: of a hundred answers, sixty invalid ones are disagreement, in the verdict and in the stopping test', () => {
    const own = thesesOf(100, 20);
    const line = lineOf(
      own,
      own.map((_, index) => (index % 5 < 3 ? 'no JSON' : THESIS)),
    );
    expect(line).toMatchObject({ mean: 1, n: 40, verdict: 'not', agreement: { mean: 0.4, n: 100 } });
    expect(advised(line)).not.toBe('switch');
    const stop = new EarlyStop(own, { threshold: 0.9, alpha: 0.05 });
    for (const [index, one] of own.slice(0, 70).entries()) stop.put(one, index % 2, index % 2 === 1);
    expect(stop.test.decision).toBe('below');
  });

  it('2: a rule that catches 26 of 80 rejections is explained, but does not replace', () => {
    const isReject = (row: number) => row % 33 === 0;
    const task = taskOf(
      { runs: 40, size: 66, inputs: 2 },
      ([side = 0], row) => (isReject(row) ? 2 : Number(side > 0.5)),
      (random) => random.unit(),
    );
    // One input tells of every third rejection, as long as there are 26.
    for (let row = 0; row < task.rows; row += 1) {
      const place = Math.floor(row / 33);
      task.values[2 * row + 1] = Number(isReject(row) && place % 3 === 0 && place < 78);
    }
    const { tree } = (fitSubject(task).decision as EvaluatedFit).evaluation.rules;
    expect(tree.verdict).toBe('explained');
    expect(tree.out_of_sample?.match_rate).toBeCloseTo(1 - 54 / 2640, 2);
    const [missing] = tree.missing_for_replace ?? [];
    expect(missing).toEqual({ reason: 'label_missed', label: 'reject', missed: 54, rows: 80 });
    expect(missing && missingWords(missing, 0.85)).toBe(
      'It matches the common decision; it misses 54 of 80 reject.',
    );
  });

  it.each([
    [0.6, 'explained', ['newest_refuted', 'only_this_window']],
    [0.85, 'inconclusive', []],
  ] as const)(
    '3: another policy in the last fifth shows in the thirds, and replaces nothing at %s',
    (threshold, verdict, missing) => {
      const task = taskOf(
        { runs: 40, size: 18, inputs: 3 },
        ([old = 0, now = 0], row) => Number((row < 0.8 * 40 * 18 ? old : now) > 0.5),
        (random) => random.unit(),
      );
      const changed = { ...task, evaluation: { ...task.evaluation, threshold } };
      const { tree } = (fitSubject(changed).decision as EvaluatedFit).evaluation.rules;
      const [oldest, , newest] = tree.by_time?.thirds ?? [];
      expect(newest?.match_rate).toBeLessThan((oldest?.match_rate ?? 0) - 0.1);
      expect(tree.walk_forward?.newest.match_rate).toBeLessThan(0.65);
      expect(tree.verdict).toBe(verdict);
      expect(tree.missing_for_replace?.map(({ reason }) => reason)).toEqual(missing);
    },
  );

  const perfect = fitted({ runs: 40, size: 9, inputs: 2, depth: 1 }, ([side = 0]) => Number(side > 0.5));

  it('4: one window does not replace, whichever of many looks it is', () => {
    const { tree } = perfect.evaluation.rules;
    expect(tree.verdict).toBe('explained');
    expect(tree.missing_for_replace).toEqual([{ reason: 'only_this_window', more_runs: 15 }]);
    const analysis = { ...REAL_ANALYSIS, ...perfect, newest_input_date: '2026-07-10' };
    expect(advised(undefined, analysis)).toBe('wait');
  });

  it('5: the tree is judged at the stated level, the other two rules at a third of its error', () => {
    const { tree, logistic, exact } = perfect.evaluation.rules;
    const levels = [tree, logistic, exact].map((rule) => rule?.out_of_sample?.interval?.level);
    expect(levels).toEqual([0.95, 1 - (1 - 0.95) / 3, 1 - (1 - 0.95) / 3]);
  });

  it('6: perfect answers of eight runs are undecided; the stopping test is of this window, and switches nothing', () => {
    const scores = Array.from({ length: 160 }, (_, index) => ({ cluster: String(index % 8), value: 1 }));
    const claim = claimAgreement(scores, { threshold: 0.9, level: 0.95 });
    expect(claim.verdict).toBe('inconclusive');
    const stopped = claimByTest(claim, 'above');
    expect(stopped).toMatchObject({ verdict: 'interchangeable', verdict_by: 'sequential_test' });
    const line = lineOf(thesesOf(40, 40), new Array(40).fill(THESIS));
    expect(advised({ ...line, newest_input_date: '2026-07-10', ...stopped })).toBe('wait');
  });

  it('7: costs are of the same decisions, by the days since the first capture, invalid answers counted', () => {
    const keys = thesesOf(70, 7);
    const line = lineOf(
      keys,
      keys.map((_, index) => (index < 7 ? 'no JSON' : THESIS)),
    );
    expect(line.cost_per_decision?.decisions_per_month).toBeCloseTo(300, 9);
    expect(line.cost_per_decision?.target?.n).toBe(70);
    expect(line.n).toBe(63);
  });

  it('9: of six orders of tied columns the one that matches least is judged, and the in-sample match stays', () => {
    const shape = { runs: 13, size: 3, inputs: 6 };
    const label: Label = ([a = 0, b = 0, c = 0]) => (a + b + c) % 3;
    const flip = (random: Random) => random.below(2);
    const { tree } = fitted(shape, label, flip).evaluation.rules;
    expect(tree.orders?.tried).toBe(6);
    expect(tree.orders?.least).toBeLessThan(tree.orders?.most as number);
    expect(tree.out_of_sample?.match_rate).toBe(tree.orders?.least);
    const task = taskOf(shape, label, flip);
    const labels = task.labels[0]?.codes as Int32Array;
    const { features, values: rows, rows: n, maxDepth } = task;
    const found = fitGreedyTree({ features, rows, n, labels, classes: LABELS, maxDepth });
    expect('fit' in found && found.fit.match_rate).toBe(tree.in_sample.match_rate);
  });

  it('10: a match at the threshold needs more runs than there will be, and is said to', () => {
    // Six rows of every second run are decided otherwise, once five.
    const otherwise = (row: number) => row % 40 >= 34 && row !== 39;
    const label: Label = ([side = 0], row) => Number(side > 0 !== otherwise(row));
    const { evaluation } = fitted({ runs: 20, size: 20, inputs: 1, depth: 1 }, label, (random) =>
      random.below(2),
    );
    expect(evaluation.rules.tree.out_of_sample?.match_rate).toBe(1 - 59 / 400);
    expect(evaluation.rules.tree).toMatchObject({ verdict: 'inconclusive', runs_needed: null });
    expect(ruleVerdict(evaluation.rules.tree, evaluation)).toContain(
      'two years of trading days would not tell',
    );
  });
});
