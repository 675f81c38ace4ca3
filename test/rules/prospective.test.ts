import { describe, expect, it } from 'vitest';
import { fitSubject } from '../../src/pool/fit.ts';
import type { FitTask } from '../../src/pool/fit-task.ts';
import type { EarlierAnalysis } from '../../src/results/analysis.ts';
import type { EvaluatedFit, EvaluatedRule } from '../../src/results/rules.ts';
import { matchLater } from '../../src/rules/prospective.ts';
import { Random } from '../../src/statistics/random.ts';

const PER_RUN = 9;
const dayOf = (day: string) => Date.parse(day) / 86_400_000;
/** The present window, which the earlier one overlaps. */
const WINDOW = { start: '2026-05-01', end: '2026-06-30' };
const EARLIER = { window_start: '2026-04-01', window_end: '2026-05-20' };

/** Runs of nine rows, one run a day from `first` on. The decision is whether the score is above a half, unless `label`
 * says otherwise. */
function rowsOf(runs: number, first: string, change: Partial<FitTask> = {}, label?: (row: number) => number) {
  const rows = runs * PER_RUN;
  const random = new Random('scores');
  const values = Float64Array.from({ length: rows }, () => random.unit());
  const rule = (row: number) => Number((values[row] as number) > 0.5);
  const runOf = (_: unknown, row: number) => Math.floor(row / PER_RUN);
  const task: FitTask = {
    features: [{ name: 'score' }],
    rows,
    values,
    labels: [
      { name: 'decision', codes: Int32Array.from({ length: rows }, (_, row) => (label ?? rule)(row)) },
    ],
    labelTexts: ['no', 'yes'],
    maxDepth: 1,
    simulated: new Uint8Array(rows),
    runs: Int32Array.from({ length: rows }, runOf),
    days: Int32Array.from({ length: rows }, (_, row) => dayOf(first) + runOf(_, row)),
    evaluation: { seed: 's', threshold: 0.85, margin: 0.2, level: 0.95 },
    earlier: { analyses: [], unreadable: [], window: WINDOW },
    ...change,
  };
  return task;
}

const fitted = fitSubject(rowsOf(20, '2026-05-01')).decision as EvaluatedFit;

function published(change: Partial<EarlierAnalysis> = {}): EarlierAnalysis {
  const { classes, rules, evaluation } = fitted;
  return { run_id: '2605200900', ...EARLIER, label: 'decision', classes, rules, evaluation, ...change };
}

function earlier(...analyses: EarlierAnalysis[]): Partial<FitTask> {
  return { earlier: { analyses, unreadable: [], window: WINDOW } };
}

/** Of the fitted rules, as if they had come out otherwise, or had been asked for less. */
function judged(verdict: EvaluatedRule['verdict'], threshold = 0.85): Partial<EarlierAnalysis> {
  const { evaluation } = fitted;
  return { evaluation: { ...evaluation, threshold, rules: { ...evaluation.rules, tree: { verdict } } } };
}

describe('a rule of an earlier run', () => {
  it('is applied to later days alone', () => {
    // 2026-05-11 to 2026-05-30: ten runs lie behind the end of the earlier window.
    const { prospective } = matchLater(rowsOf(20, '2026-05-11', earlier(published())));
    expect(prospective.runs).toMatchObject([
      { age_days: 41, later_rows: 10 * PER_RUN, later_runs: 10, rules: { tree: { verdict: 'explained' } } },
    ]);
    expect(matchLater(rowsOf(20, '2026-05-01', earlier(published()))).prospective.runs).toEqual([]);
  });

  it('is applied where it asks nothing, since every input was missing', () => {
    const values = new Float64Array(20 * PER_RUN).fill(Number.NaN);
    const { classes, rules, evaluation } = fitSubject(rowsOf(20, '2026-05-01', { values }, (row) => row % 2))
      .decision as EvaluatedFit;
    expect(rules.design.columns).toEqual([]);
    const { prospective } = matchLater(
      rowsOf(20, '2026-05-11', earlier(published({ classes, rules, evaluation }))),
    );
    expect(prospective.not_applied).toEqual([]);
    expect(prospective.runs).toMatchObject([{ later_rows: 10 * PER_RUN }]);
  });

  it('matches no row whose label it does not know', () => {
    const rows = rowsOf(20, '2026-06-01', { ...earlier(published()), labelTexts: ['never', 'yes'] });
    const { tree } = matchLater(rows).prospective.runs[0]?.rules ?? {};
    const share = (rows.labels[0].codes as Int32Array).filter((code) => code === 1).length / rows.rows;
    expect(tree?.match_rate).toBeCloseTo(share, 12);
    expect(tree?.interval?.low).toBeLessThan(share);
  });

  it.each<[string, Partial<FitTask>]>([
    ['another name', { features: [{ name: 'points' }] }],
    ['levels instead of numbers', { features: [{ name: 'score', levels: ['a', 'b'] }] }],
    ['another label', { labels: [{ name: 'other', codes: new Int32Array(180) }] }],
  ])('is named, not applied, where it does not fit the columns: %s', (_, change) => {
    const { prospective, moreRuns } = matchLater(
      rowsOf(20, '2026-06-01', { ...earlier(published()), ...change }),
    );
    expect(prospective).toEqual({
      runs: [],
      not_applied: [{ run_id: '2605200900', reason: 'other_inputs' }],
    });
    expect(moreRuns.tree).toBe(15);
  });

  it('is not applied where its parts are not of one size, or it would be walked for ever', () => {
    const { rules } = fitted;
    const [root] = rules.tree.nodes as [EvaluatedFit['rules']['tree']['nodes'][number]];
    const split = { feature: 0, threshold: 1, left: 0, right: 0 };
    const circular = { ...rules, tree: { ...rules.tree, nodes: [{ ...root, split }] } };
    const rows = rowsOf(20, '2026-06-01', earlier(published({ rules: circular })));
    expect(matchLater(rows).prospective.not_applied).toHaveLength(1);
  });
});

describe('runs of later decisions that are needed besides', () => {
  const afterwards = (runs: number, change: Partial<EarlierAnalysis> = {}, label?: (row: number) => number) =>
    matchLater(rowsOf(runs, '2026-05-21', earlier(published(change)), label)).moreRuns.tree;

  it.each<[string, number, number]>([
    ['none since', 15, matchLater(rowsOf(20, '2026-05-01')).moreRuns.tree],
    ['six since, all matched', 9, afterwards(6)],
    ['fourteen since, all matched', 1, afterwards(14)],
    ['fifteen since, all matched', 0, afterwards(15)],
    ['twenty since, half of them matched', 15, afterwards(20, {}, (row) => row % 2)],
    ['one that was not explained when it was published', 15, afterwards(20, judged('inconclusive'))],
    ['one that was asked for less', 15, afterwards(20, judged('explained', 0.5))],
    ['a window that ended before this one began', 0, afterwards(1, { window_end: '2026-04-30' })],
    [
      'such a window, not explained',
      15,
      afterwards(1, { window_end: '2026-04-30', ...judged('inconclusive') }),
    ],
  ])('%s: %i', (_, expected, found) => expect(found).toBe(expected));

  it('are what a rule that explains the agent lacks, and nothing else of its numbers changes', () => {
    const first = fitted.evaluation.rules.tree;
    expect(first).toMatchObject({
      verdict: 'explained',
      missing_for_replace: [{ reason: 'only_this_window', more_runs: 15 }],
    });
    const disjoint = published({ window_end: '2026-04-30' });
    const later = fitSubject(rowsOf(20, '2026-05-01', earlier(disjoint))).decision as EvaluatedFit;
    expect(later.evaluation.rules.tree).toEqual({ ...first, missing_for_replace: [] });
    expect(later.rules).toEqual(fitted.rules);
  });
});
