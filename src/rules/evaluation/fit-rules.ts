import type { EvaluatedFit } from '../../results/rules.ts';
import type { Columns } from '../design.ts';
import { exactTree, MAX_EXACT_DEPTH } from '../exact/exact-tree.ts';
import type { RuleFit } from '../fit.ts';
import { fitLogistic } from '../logistic/fit-logistic.ts';
import { predictLogistic } from '../logistic/model.ts';
import { exportText } from '../tree/export-text.ts';
import { baselineOf, scoresOf } from './confusion.ts';
import type { Evaluation, EvaluationOptions, RuleSpec } from './evaluate.ts';
import { FITS } from './folds.ts';
import { isFound } from './found.ts';
import { exactLearner, logisticLearner, reordered, treeLearner } from './learner.ts';

const TREE_PERMUTATIONS = { permutations: 199, maxRows: 1000 };
const LOGISTIC_PERMUTATIONS = { permutations: 99, maxRows: 500 };
/** Limit of steps for one subject's exact tree: about 2 s on one core of 2026. */
const EXACT_STEPS = 6e8;
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

/** What rules are fitted to, beside the greedy tree that is there, and how they are evaluated. */
interface ToFit {
  readonly fit: RuleFit;
  readonly columns: Columns;
  readonly labels: Int32Array;
  readonly maxDepth: number;
  readonly options: EvaluationOptions;
  readonly evaluate: (specs: readonly RuleSpec[]) => Evaluation;
}

interface Fitted extends Pick<EvaluatedFit['rules'], 'logistic' | 'exact'> {
  readonly specs: readonly RuleSpec[];
  readonly evaluated: Evaluation;
}

/** Fits all rules and evaluates each in every way. Throws FitError. */
export function fitAgent({ fit, columns, labels, maxDepth, options, evaluate }: ToFit): Fitted {
  const { seed, level } = options;
  const logistic = fitLogistic(columns, labels, fit.classes.length);
  const exact = fitExact(columns, labels, fit, maxDepth);
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
export function fitControl({ fit, columns, labels, maxDepth, options, evaluate }: ToFit): Fitted {
  const logistic = { skip_reason: 'deterministic (only trees are fitted)' };
  const tree = { name: 'tree', learner: treeLearner(maxDepth) };
  const evaluated = evaluate([tree]);
  const lift = evaluated.rules.tree?.out_of_sample?.lift ?? null;
  if (isFound(fit.match_rate, lift, baselineOf(labels, fit.classes.length).share)) {
    const exact = { skip_reason: 'not needed (the greedy tree is the rule)' };
    return { logistic, exact, specs: [tree], evaluated };
  }
  const exact = fitExact(columns, labels, fit, maxDepth);
  const specs = [tree, ...exactSpec(exact, maxDepth, options.level)];
  return { logistic, exact, specs, evaluated: evaluate(specs) };
}

/** The exact tree of columns to which the greedy tree `fit` was fitted. */
function fitExact(columns: Columns, labels: Int32Array, fit: RuleFit, maxDepth: number): Fitted['exact'] {
  if (maxDepth > MAX_EXACT_DEPTH) {
    return { skip_reason: `too_deep (max_depth=${maxDepth} > ${MAX_EXACT_DEPTH})` };
  }
  const names = fit.classes.map(({ label }) => label);
  const found = exactTree(columns, labels, names.length, maxDepth, { steps: EXACT_STEPS });
  const { tree, errors, optimality, gap, thresholds } = found;
  const match_rate = (labels.length - errors) / labels.length;
  const tree_text = exportText(tree, fit.feature_names, names);
  return { match_rate, optimality, gap, thresholds, tree_text, ...tree };
}

function exactSpec(exact: Fitted['exact'], maxDepth: number, level: number): RuleSpec[] {
  if (!('nodes' in exact)) return [];
  const learner = exactLearner(maxDepth, Math.floor(EVALUATION_STEPS / SEARCHES));
  return [{ name: 'exact', level: levelOf('exact', level), learner }];
}
