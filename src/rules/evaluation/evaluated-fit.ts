import type { EvaluatedFit, EvaluatedRule, SkippedFit } from '../../results/rules.ts';
import { applyDesign } from '../design.ts';
import { exactRule } from '../exact/exact-rule.ts';
import { fitRules, type LabelledRows } from '../fit.ts';
import { predictLogistic } from '../logistic/model.ts';
import { predictTree } from '../tree/tree.ts';
import {
  type Candidate,
  type CandidateEvaluation,
  type Evaluation,
  type EvaluationOptions,
  evaluateRules,
} from './evaluate.ts';
import { FITS } from './folds.ts';
import { exactLearner, logisticLearner, reordered, treeLearner } from './learner.ts';
import { missingForReplace } from './missing.ts';
import type { Judged } from './out-of-sample.ts';
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

/** By rule, as far as it was evaluated: the class of each row, predicted from other blocks of the runs. */
export type OutsidePredictions = Partial<Record<keyof EvaluatedFit['evaluation']['rules'], Int32Array>>;

/** Fits the rules, the exact tree among them, and evaluates each. `runs` is the run number of each row,
 * `weeks` the Monday of its week. Throws FitError. */
export function fitAndEvaluate(
  labelled: LabelledRows,
  { runs, weeks }: { readonly runs: Int32Array; readonly weeks?: readonly string[] },
  options: EvaluationOptions,
): { readonly fit: EvaluatedFit | SkippedFit; readonly predicted: OutsidePredictions } {
  const fit = fitRules(labelled);
  if ('skip_reason' in fit) return { fit, predicted: {} };
  const { features, rows, n, labels, classes, maxDepth } = labelled;
  const columns = applyDesign(fit.rules.design, rows, n);
  const exact = exactRule(columns, labels, fit, maxDepth);
  const tree = treeLearner(maxDepth);
  const candidates: Candidate[] = options.isControl
    ? [{ name: 'tree', learner: tree }]
    : [
        {
          name: 'tree',
          learner: tree,
          reordered: Array.from({ length: ORDERS }, (_, order) =>
            reordered(tree, `${options.seed}/order ${order}`),
          ),
          permutation: TREE_PERMUTATIONS,
        },
        {
          name: 'logistic',
          level: levelOf('logistic', options.level),
          learner: logisticLearner,
          predicted: predictLogistic(fit.rules.logistic, columns, n),
          permutation: LOGISTIC_PERMUTATIONS,
        },
      ];
  if (!('skip_reason' in exact)) {
    const learner = exactLearner(maxDepth, Math.floor(EVALUATION_STEPS / SEARCHES));
    const level = levelOf('exact', options.level);
    candidates.push({ name: 'exact', level, learner, predicted: predictTree(exact, columns, n) });
  }
  const data = { features, rows, n, runs, weeks, regimes: regimesOf(labelled) };
  const evaluation = evaluateRules(data, labels, classes.length, candidates, options);
  const explaining = candidates.filter(({ name }) => evaluation.rules[name]?.verdict === 'explained');
  const without = withoutOwnOutput(data, labels, classes.length, explaining, options);
  const ownOutput = features.filter(({ role }) => role === 'own_output').map(({ name }) => name);
  const outside = Object.entries(evaluation.rules).filter((one) => one[1].outside);
  return {
    fit: {
      ...fit,
      rules: { ...fit.rules, exact },
      evaluation: published(evaluation, classes, options.level, { inputs: ownOutput, rules: without ?? {} }),
    },
    predicted: Object.fromEntries(outside.map(([name, rule]) => [name, rule.outside])),
  };
}

/** Inputs that are the agent's own earlier output, and rules without them, by name. */
interface OwnOutput {
  readonly inputs: readonly string[];
  readonly rules: Readonly<Record<string, Judged>>;
}

function published(
  { baseline, rules, ...evaluation }: Evaluation,
  classes: readonly string[],
  confidence: number,
  ownOutput: OwnOutput,
): EvaluatedFit['evaluation'] {
  const { tree, logistic, exact } = rules as Record<'tree', CandidateEvaluation> & typeof rules;
  const publishedRule = (
    name: string,
    { variants, recalls, outside: _, ...evaluated }: CandidateEvaluation,
  ): EvaluatedRule => {
    const named = recalls.map((recall) => ({ ...recall, label: classes[recall.label] as string }));
    const without = ownOutput.rules[name];
    const refit = without && { ...without, inputs: ownOutput.inputs };
    const missing = missingForReplace(evaluated, named, evaluation.threshold, refit);
    return {
      ...evaluated,
      recalls: named,
      ...(without && { without_own_output: without }),
      missing_for_replace: missing,
    };
  };
  return {
    confidence,
    ...evaluation,
    baseline: { ...baseline, label: classes[baseline.label] as string },
    own_output: ownOutput.inputs,
    rules: {
      tree: {
        ...publishedRule('tree', tree),
        by_depth: tree.variants.map((variant, depth) => ({ depth, ...variant })),
      },
      ...(logistic && { logistic: publishedRule('logistic', logistic) }),
      ...(exact && { exact: publishedRule('exact', exact) }),
    },
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
