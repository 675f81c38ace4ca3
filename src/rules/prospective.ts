import { isDeepStrictEqual } from 'node:util';
import { sum } from 'd3-array';
import type { EarlierAnalysis, Prospective } from '../results/analysis.ts';
import { dayNumber } from '../shared/day.ts';
import { clusterTotals } from '../statistics/clusters.ts';
import { type MeanInterval, meanInterval } from '../statistics/mean-interval.ts';
import { isComplete } from './complete.ts';
import { applyDesign, type FeatureSpec } from './design.ts';
import type { EvaluationOptions } from './evaluation/evaluate.ts';
import { levelOf } from './evaluation/fit-rules.ts';
import { predictRules, RULES, type RuleName } from './predict-rules.ts';

/** Fewer runs of later decisions bear no rule out. */
const LATER_RUNS = 15;

/** Rules that earlier runs have published, newest first, and the window of the run that applies them. */
export interface EarlierRules {
  readonly analyses: readonly EarlierAnalysis[];
  /** Earlier runs whose file could not be read. */
  readonly unreadable: readonly string[];
  /** `YYYY-MM-DD`, both included. */
  readonly window: { readonly start: string; readonly end: string };
}

/** The rows of this run that rules of earlier ones are applied to. */
export interface DatedRows {
  readonly features: readonly FeatureSpec[];
  readonly rows: number;
  /** Row-major, rows × features; NaN is missing. */
  readonly values: Float64Array;
  /** The decision first: index into `labelTexts` of each row, -1 for none. */
  readonly labels: readonly [{ readonly name: string; readonly codes: Int32Array }, ...unknown[]];
  readonly labelTexts: readonly string[];
  /** Number of the run that each row belongs to. */
  readonly runs: Int32Array;
  /** Day of each row, counted from 1970-01-01. */
  readonly days: Int32Array;
  readonly evaluation: EvaluationOptions;
  readonly earlier: EarlierRules;
}

/** By rule: runs of later decisions that are needed besides; zero where decisions of another time bear it out. */
export type MoreRuns = Readonly<Record<RuleName, number>>;

/** Applies the rules of earlier runs to the rows of days after their windows, which nobody could fit them to. Refits
 * nothing. */
export function matchLater(rows: DatedRows): { prospective: Prospective; moreRuns: MoreRuns } {
  const { analyses, unreadable, window } = rows.earlier;
  // An interval takes tens of milliseconds, and many rules of one agent are right in the same rows.
  const known = new Map<string, MeanInterval | null>();
  const intervalOf = (right: readonly number[], runs: readonly number[], level: number) => {
    const totals = clusterTotals(right, runs);
    const name = `${level} ${totals.sums} ${totals.sizes}`;
    const interval = known.get(name) ?? meanInterval(totals, level);
    known.set(name, interval);
    return interval;
  };
  const applicable = analyses.filter((one) => isApplicable(one, rows));
  const found = applicable.flatMap((analysis) => matchOne(analysis, rows, intervalOf) ?? []);
  const moreRuns = RULES.map((rule) => [
    rule,
    Math.min(LATER_RUNS, ...found.map((one) => moreRunsOf(one, rule, rows))),
  ]);
  return {
    prospective: {
      runs: found.map(({ analysis: { run_id, window_start, window_end }, matched, ...counts }) => ({
        run_id,
        window_start,
        window_end,
        age_days: dayNumber(window.end) - dayNumber(window_end),
        ...counts,
        rules: Object.fromEntries(
          matched.map(({ rule, verdict, match_rate, interval }) => {
            const bounds = interval && { low: interval.low, high: interval.high, level: interval.level };
            return [rule, { verdict, match_rate, interval: bounds }];
          }),
        ) as Prospective['runs'][number]['rules'],
      })),
      not_applied: [
        ...analyses
          .filter((one) => !applicable.includes(one))
          .map(({ run_id }) => ({ run_id, reason: 'other_inputs' as const })),
        ...unreadable.map((run_id) => ({ run_id, reason: 'unreadable' as const })),
      ],
    },
    moreRuns: Object.fromEntries(moreRuns) as MoreRuns,
  };
}

/** Whether the rules ask for the columns of these rows, and give the same label. */
function isApplicable({ label, classes, rules }: EarlierAnalysis, { features, labels }: DatedRows): boolean {
  const { design } = rules;
  const names = features.map(({ name }) => name);
  const isColumn = (column: (typeof design.columns)[number]) => {
    const feature = features[column.feature];
    if (column.kind === 'level') return feature?.levels?.[column.code] === column.level;
    return feature !== undefined && (column.kind === 'missing' || feature.levels === undefined);
  };
  return (
    label === labels[0].name &&
    isDeepStrictEqual(design.features, names) &&
    design.columns.every(isColumn) &&
    isComplete(classes, rules)
  );
}

/** Undefined where no row is of a later day. The verdict of a rule is that of when it was published. */
function matchOne(
  analysis: EarlierAnalysis,
  { values, labels, labelTexts, runs, days, evaluation }: DatedRows,
  intervalOf: (right: readonly number[], runs: readonly number[], level: number) => MeanInterval | null,
) {
  const { classes, rules, window_end } = analysis;
  const [{ codes }] = labels;
  const end = dayNumber(window_end);
  const later = Int32Array.from(days.keys()).filter(
    (row) => codes[row] !== -1 && (days[row] as number) > end,
  );
  if (later.length === 0) return undefined;
  const runsOfRows = Array.from(later, (row) => runs[row] as number);
  const predicted = predictRules(rules, applyDesign(rules.design, values, later), later.length);
  const matched = RULES.flatMap((rule) => {
    const answers = predicted[rule];
    const judged = analysis.evaluation.rules[rule];
    if (!answers || !judged) return [];
    const right = Array.from(later, (row, place) =>
      Number(classes[answers[place] as number]?.label === labelTexts[codes[row] as number]),
    );
    const match_rate = sum(right) / later.length;
    const interval = intervalOf(right, runsOfRows, levelOf(rule, evaluation.level));
    return [{ rule, verdict: judged.verdict, match_rate, interval }];
  });
  return { analysis, later_rows: later.length, later_runs: new Set(runsOfRows).size, matched };
}

type LaterMatch = NonNullable<ReturnType<typeof matchOne>>;

/** Runs of later decisions that are needed besides, by what has become of one earlier rule. It counts where it was
 * explained when it was published, by a measure no weaker than today's. */
function moreRunsOf({ analysis, later_runs, matched }: LaterMatch, name: RuleName, task: DatedRows): number {
  const { threshold, margin } = task.evaluation;
  const { evaluation, window_end } = analysis;
  const rule = matched.find((one) => one.rule === name);
  const isAsked = evaluation.threshold >= threshold && evaluation.margin >= margin;
  if (rule?.verdict !== 'explained' || !isAsked) return Number.POSITIVE_INFINITY;
  if (window_end < task.earlier.window.start) return 0;
  const { interval } = rule;
  const needed = interval && interval.low <= threshold ? neededAbove(interval, threshold) : 0;
  return Math.max(needed - later_runs, LATER_RUNS - later_runs, 0);
}

function neededAbove(interval: MeanInterval, threshold: number): number {
  const needed = interval.mean > threshold ? interval.clustersNeeded(threshold) : null;
  return needed ?? Number.POSITIVE_INFINITY;
}
