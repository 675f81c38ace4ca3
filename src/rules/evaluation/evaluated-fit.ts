import type { EvaluatedFit, EvaluatedRule, SkippedFit } from '../../results/rules.ts';
import { type ExactRule, exactRule, type SkippedRule } from '../exact/exact-rule.ts';
import { fitGreedyTree, type LabelledRows, type RuleFit } from '../fit.ts';
import { fitLogistic } from '../logistic/fit-logistic.ts';
import { predictLogistic } from '../logistic/model.ts';
import { predictTree } from '../tree/tree.ts';
import { baselineOf, scoresOf } from './confusion.ts';
import { pick, takeRows } from './cross-validate.ts';
import {
  type EvaluatedRows,
  type Evaluation,
  type EvaluationOptions,
  evaluateRules,
  type RuleEvaluation,
  type RuleSpec,
} from './evaluate.ts';
import { evaluatedRows } from './evaluated-rows.ts';
import { FITS } from './folds.ts';
import { isFound } from './found.ts';
import { cutTree, exactLearner, logisticLearner, reordered, treeLearner } from './learner.ts';
import { missingForReplace } from './missing.ts';
import { withoutOwnOutput } from './without-own-output.ts';

const TREE_PERMUTATIONS = { permutations: 199, maxRows: 1000 };
const LOGISTIC_PERMUTATIONS = { permutations: 99, maxRows: 500 };
/** Steps of all searches together that an exact tree's evaluation takes: a third of a second on one core of 2026. */
const EVALUATION_STEPS = 1e8;

/** With the labels as they are, and with shifted ones. */
const SEARCHES = 2 * FITS;
/** Orders of the columns, besides the published one, in which the tree is grown. */
const ORDERS = 5;
const RULES = 3;

/** The tree is judged at the stated level, the other rules so that any of three errs no more often. */
export function levelOf(rule: keyof EvaluatedFit['evaluation']['rules'], stated: number): number {
  return rule === 'tree' ? stated : 1 - (1 - stated) / RULES;
}

/** By rule, as far as it was evaluated: the class of each row, predicted from other blocks of the runs; -1 for a row that
 * was not evaluated. */
export type OutsidePredictions = Partial<Record<keyof EvaluatedFit['evaluation']['rules'], Int32Array>>;

/** Fits the rules and evaluates each; of an agent that is a rule, no more of them than it takes to find it. `runs` is the run number of each row,
 * `weeks` the Monday of its week. Throws FitError. */
export function fitAndEvaluate(
  labelled: LabelledRows,
  { runs, weeks }: { readonly runs: Int32Array; readonly weeks?: readonly string[] },
  options: EvaluationOptions,
): { readonly fit: EvaluatedFit | SkippedFit; readonly predicted: OutsidePredictions } {
  const prepared = fitGreedyTree(labelled);
  if ('skip_reason' in prepared) return { fit: prepared, predicted: {} };
  const { fit, columns } = prepared;
  const { features, rows, n, labels, classes, maxDepth } = labelled;
  const all = { features, rows, n, runs, weeks, regimes: regimesOf(labelled) };
  const chosen = evaluatedRows(runs, options.seed);
  const data = chosen ? partOf(all, chosen) : all;
  const truth = chosen ? pick(labels, chosen) : labels;
  const { logistic, exact, specs, evaluated } = (options.isControl ? fitControl : fitAgent)({
    fit,
    columns,
    labels,
    maxDepth,
    options,
    evaluate: (some) => evaluateRules(data, truth, classes.length, some, options),
  });
  const { rules, ...evaluation } = evaluated;
  const explaining = specs.filter(({ name }) => rules[name]?.verdict === 'explained');
  const without = withoutOwnOutput(data, truth, classes.length, explaining, options) ?? {};
  const baseline = baselineOf(labels, classes.length);
  const own_output = features.filter(({ role }) => role === 'own_output').map(({ name }) => name);

  const { tree } = fit.rules;
  const inside: Record<string, Int32Array> = {
    tree: predictTree(tree, columns, n),
    ...('weights' in logistic && { logistic: predictLogistic(logistic, columns, n) }),
    ...('nodes' in exact && { exact: predictTree(exact, columns, n) }),
  };
  const inSample = (some: Int32Array) => scoresOf(some, labels, classes.length);
  const publishedRule = (name: string): EvaluatedRule => {
    const { variants, recalls, outside: _, ...evaluated } = rules[name] as RuleEvaluation;
    const named = recalls.map((recall) => ({ ...recall, label: classes[recall.label] as string }));
    const refit = without[name];
    return {
      ...evaluated,
      in_sample: inSample(inside[name] as Int32Array),
      recalls: named,
      ...(refit && { without_own_output: refit }),
      missing_for_replace: missingForReplace(
        evaluated,
        named,
        evaluation.threshold,
        refit && { ...refit, inputs: own_output },
      ),
    };
  };
  const by_depth = Array.from({ length: maxDepth + 1 }, (_, depth) => ({
    depth,
    match_rate: inSample(predictTree(cutTree(tree, depth), columns, n)).match_rate,
    out_of_sample: rules.tree?.variants[depth] ?? null,
  }));
  const published: EvaluatedFit = {
    ...fit,
    rules: { ...fit.rules, logistic, exact },
    evaluation: {
      confidence: options.level,
      ...evaluation,
      runs: new Set(runs).size,
      ...(chosen && { evaluated_rows: chosen.length, evaluated_runs: new Set(data.runs as Int32Array).size }),
      baseline: { label: classes[baseline.label] as string, match_rate: baseline.share },
      own_output,
      rules: {
        tree: { ...publishedRule('tree'), by_depth },
        ...(rules.logistic && { logistic: publishedRule('logistic') }),
        ...(rules.exact && { exact: publishedRule('exact') }),
      },
    },
  };
  const outside = Object.entries(rules).flatMap(([name, { outside: found }]): [string, Int32Array][] => {
    return found ? [[name, chosen ? placed(found, chosen, n) : found]] : [];
  });
  return { fit: published, predicted: Object.fromEntries(outside) };
}

interface ToFit {
  readonly fit: RuleFit;
  readonly columns: readonly Float64Array[];
  readonly labels: Int32Array;
  readonly maxDepth: number;
  readonly options: EvaluationOptions;
  readonly evaluate: (specs: readonly RuleSpec[]) => Evaluation;
}

interface Fitted extends Pick<EvaluatedFit['rules'], 'logistic' | 'exact'> {
  readonly specs: readonly RuleSpec[];
  readonly evaluated: Evaluation;
}

function fitAgent({ fit, columns, labels, maxDepth, options, evaluate }: ToFit): Fitted {
  const { seed, level } = options;
  const logistic = fitLogistic(columns, labels, fit.classes.length);
  const exact = exactRule(columns, labels, fit, maxDepth);
  const tree = treeLearner(maxDepth);
  const specs = [
    {
      name: 'tree',
      learner: tree,
      reordered: Array.from({ length: ORDERS }, (_, order) => reordered(tree, `${seed}/order ${order}`)),
      permutation: TREE_PERMUTATIONS,
    },
    {
      name: 'logistic',
      level: levelOf('logistic', level),
      learner: logisticLearner,
      permutation: LOGISTIC_PERMUTATIONS,
    },
    ...exactSpec(exact, maxDepth, level),
  ];
  const right = scoresOf(predictLogistic(logistic, columns, labels.length), labels, fit.classes.length);
  return {
    logistic: { match_rate: right.match_rate, ...logistic },
    exact,
    specs,
    evaluated: evaluate(specs),
  };
}

/** Of an agent that is a rule only trees are fitted, the exact one where the greedy one is not its rule, and neither is
 * looked at in every way. */
function fitControl({ fit, columns, labels, maxDepth, options, evaluate }: ToFit): Fitted {
  const logistic = { skip_reason: 'deterministic (only trees are fitted)' };
  const tree = { name: 'tree', learner: treeLearner(maxDepth) };
  const evaluated = evaluate([tree]);
  const lift = evaluated.rules.tree?.out_of_sample?.lift ?? null;
  if (isFound(fit.match_rate, lift, baselineOf(labels, fit.classes.length).share)) {
    const exact = { skip_reason: 'not needed (the greedy tree is the rule)' };
    return { logistic, exact, specs: [tree], evaluated };
  }
  const exact = exactRule(columns, labels, fit, maxDepth);
  const specs = [tree, ...exactSpec(exact, maxDepth, options.level)];
  return { logistic, exact, specs, evaluated: evaluate(specs) };
}

function exactSpec(exact: ExactRule | SkippedRule, maxDepth: number, level: number): RuleSpec[] {
  if (!('nodes' in exact)) return [];
  const learner = exactLearner(maxDepth, Math.floor(EVALUATION_STEPS / SEARCHES));
  return [{ name: 'exact', level: levelOf('exact', level), learner }];
}

/** Classes of the chosen ones of `n` rows, -1 for the others. */
function placed(found: Int32Array, chosen: Int32Array, n: number): Int32Array {
  const all = new Int32Array(n).fill(-1);
  for (const [place, row] of chosen.entries()) all[row] = found[place] as number;
  return all;
}

function partOf(data: EvaluatedRows, chosen: Int32Array): EvaluatedRows {
  const from = <T>(values: readonly T[]) => Array.from(chosen, (row) => values[row] as T);
  return {
    features: data.features,
    rows: takeRows(data, chosen),
    n: chosen.length,
    runs: chosen.map((row) => data.runs[row] as number),
    weeks: data.weeks && from(data.weeks),
    regimes: data.regimes && from(data.regimes),
  };
}

/** The regime of each row, where the agent was told one. */
function regimesOf({ features, rows, n }: LabelledRows): (string | undefined)[] | undefined {
  const place = features.findIndex(({ role }) => role === 'regime');
  const levels = features[place]?.levels;
  return (
    levels && Array.from({ length: n }, (_, row) => levels[rows[row * features.length + place] as number])
  );
}
