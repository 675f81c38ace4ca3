import { createHash } from 'node:crypto';
import type { InputHealth, Prospective } from '../results/analysis.ts';
import type { EvaluatedFit, SkippedFit, TreeFit } from '../results/rules.ts';
import { designOf } from '../rules/design.ts';
import { pick, takeRows } from '../rules/evaluation/cross-validate.ts';
import { fitAndEvaluate, type OutsidePredictions } from '../rules/evaluation/evaluated-fit.ts';
import { fitTreeRule, type LabelledRows, type RuleFit } from '../rules/fit.ts';
import { inputHealth } from '../rules/input-health.ts';
import { type MoreRuns, matchLater } from '../rules/prospective.ts';
import { predictTree } from '../rules/tree/tree.ts';
import { DAY_MS } from '../shared/day.ts';
import { FitError } from '../shared/errors.ts';
import type { FitTask } from './fit-task.ts';
import { type WrongByRule, wrongRows } from './wrong-rows.ts';

interface SourceFit {
  readonly n_samples: number;
  /** Share of this source's rows that the tree, fitted to all sources, reproduces. */
  readonly match_rate: number;
}

/** What fitting takes its time for, and what is therefore kept. */
export interface FittedRules {
  readonly decision: EvaluatedFit | SkippedFit;
  /** The other labels of the same rows, by name. */
  readonly companions: Readonly<Record<string, TreeFit | SkippedFit>>;
  /** Of the decision, by the rules as they were fitted to other parts of the window. */
  readonly predicted: OutsidePredictions;
  /** Why no rule could be fitted to these rows. */
  readonly error?: string;
}

export interface FittedSubject extends FittedRules {
  /** Where the decision's rows came from; absent when nothing was fitted. */
  readonly sources?: { readonly live?: SourceFit; readonly simulated?: SourceFit };
  /** How rules of earlier runs match the rows; absent when nothing was fitted. */
  readonly prospective?: Prospective;
  /** What of each input was captured; absent when nothing was fitted. */
  readonly inputs?: readonly InputHealth[];
  /** What the rules get wrong; absent when nothing was fitted. */
  readonly wrong?: WrongByRule;
}

/** What a fit is known by: a digest of everything it is made from. Rules of earlier runs are applied anew each time. */
export function nameOfFit({ values, labels, simulated, runs, days, earlier, ...task }: FitTask): string {
  const names = labels.map(({ name }) => name);
  const hash = createHash('sha256').update(JSON.stringify({ ...task, names }));
  for (const { codes } of labels) hash.update(codes);
  return hash.update(values).update(simulated).update(runs).update(days).digest('hex').slice(0, 32);
}

/** Fits and evaluates the rules of the decision, and fits a tree to each companion label. */
export function fittedRules(task: FitTask): FittedRules {
  const [label, ...others] = task.labels;
  try {
    const { runs, weeks, ...labelled } = labelledRows(task, label.codes);
    const { fit: decision, predicted } = fitAndEvaluate(labelled, { runs, weeks }, task.evaluation);
    const companions = others.map(({ name, codes }) => [name, fitTreeRule(labelledRows(task, codes))]);
    return { decision, predicted, companions: Object.fromEntries(companions) };
  } catch (error) {
    if (!(error instanceof FitError)) throw error;
    const decision = { n_samples: task.rows, skip_reason: 'not_fitted' };
    return { decision, predicted: {}, companions: {}, error: error.message };
  }
}

/** Fits the rules, where they are not given, and says what they make of the rows. */
export function fitSubject(task: FitTask, fitted = fittedRules(task)): FittedSubject {
  const { decision } = fitted;
  if ('skip_reason' in decision) return fitted;
  const { prospective, moreRuns } = matchLater(task);
  const { columns } = designOf(task.features, task.values, task.rows);
  return {
    ...fitted,
    decision: withMoreRuns(decision, moreRuns),
    sources: matchBySource(task, decision, columns),
    prospective,
    wrong: wrongRows(task, decision, columns),
    inputs: inputHealth(task),
  };
}

/** Adds to what rules lack before they may replace the agent the runs of later decisions that would tell. */
function withMoreRuns(decision: EvaluatedFit, moreRuns: MoreRuns): EvaluatedFit {
  const { evaluation } = decision;
  const rules = Object.entries(evaluation.rules).map(([name, rule]) => {
    const more_runs = moreRuns[name as keyof MoreRuns];
    if (rule.verdict !== 'explained' || more_runs === 0) return [name, rule];
    const missing_for_replace = [
      ...(rule.missing_for_replace ?? []),
      { reason: 'only_this_window', more_runs },
    ];
    return [name, { ...rule, missing_for_replace }];
  });
  return { ...decision, evaluation: { ...evaluation, rules: Object.fromEntries(rules) } };
}

interface TimedRows {
  readonly runs: Int32Array;
  readonly weeks: readonly string[];
}

/** The Monday of a day's week, `YYYY-MM-DD`. Day 0 is a Thursday. */
function weekOf(day: number): string {
  const monday = day - ((((day + 3) % 7) + 7) % 7);
  return new Date(monday * DAY_MS).toISOString().slice(0, 10);
}

/** The rows that have a label, with the classes that occur among them. */
function labelledRows(task: FitTask, codes: Int32Array): LabelledRows & TimedRows {
  const { features, labelTexts, maxDepth } = task;
  const present = Int32Array.from(codes.keys()).filter((row) => codes[row] !== -1);
  const isWhole = present.length === task.rows;
  const rows = isWhole ? task.values : takeRows(task.values, features.length, present);
  const classes = [...new Set(codes)].filter((code) => code !== -1).map((code) => labelTexts[code] as string);
  classes.sort();
  const classOf = labelTexts.map((text) => classes.indexOf(text));
  const labels = present.map((row) => classOf[codes[row] as number] as number);
  const runs = pick(task.runs, present);
  const weeks = Array.from(present, (row) => weekOf(task.days[row] as number));
  return { features, rows, n: present.length, labels, classes, maxDepth, runs, weeks };
}

function matchBySource(
  task: FitTask,
  fit: RuleFit,
  columns: readonly Float64Array[],
): { live?: SourceFit; simulated?: SourceFit } {
  const predicted = predictTree(fit.rules.tree, columns, task.rows);
  const [{ codes }] = task.labels;
  const count = { live: [0, 0], simulated: [0, 0] } as Record<'live' | 'simulated', [number, number]>;
  for (const [row, code] of codes.entries()) {
    const tally = count[task.simulated[row] === 1 ? 'simulated' : 'live'];
    tally[0] += 1;
    if (fit.classes[predicted[row] as number]?.label === task.labelTexts[code]) tally[1] += 1;
  }
  const fits = Object.entries(count).filter(([, [rows]]) => rows > 0);
  return Object.fromEntries(
    fits.map(([source, [rows, matched]]) => [source, { n_samples: rows, match_rate: matched / rows }]),
  );
}
