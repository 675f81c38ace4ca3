import type { SkippedFit } from '../../results/rules.ts';
import { applyDesign } from '../design.ts';
import { type ExactRule, exactRule, type SkippedRule } from '../exact/exact-rule.ts';
import { fitRules, type LabelledRows, type RuleFit, type Rules } from '../fit.ts';
import { predictLogistic } from '../logistic/logistic.ts';
import { predictTree } from '../tree/tree.ts';
import {
  type Candidate,
  type CandidateEvaluation,
  type Evaluation,
  type EvaluationOptions,
  evaluateRules,
} from './evaluate.ts';
import { foldsOf } from './folds.ts';
import { exactLearner, logisticLearner, treeLearner } from './learner.ts';

const TREE_PERMUTATIONS = { permutations: 199, maxRows: 1000 };
const LOGISTIC_PERMUTATIONS = { permutations: 99, maxRows: 500 };
/** Steps of all searches together that an exact tree's evaluation takes: a third of a second on one core of 2026. */
const EVALUATION_STEPS = 1e8;

/** A rule's evaluation, as it is published. */
interface EvaluatedRule extends Omit<CandidateEvaluation, 'variants'> {
  /** The tree cut off at each depth from zero on; absent of other rules. */
  readonly by_depth?: readonly {
    readonly depth: number;
    readonly match_rate: number;
    readonly out_of_sample: number | null;
  }[];
}

interface PublishedEvaluation extends Omit<Evaluation, 'baseline' | 'rules'> {
  /** Confidence level of the intervals. */
  readonly confidence: number;
  /** Always answering the commonest label. */
  readonly baseline: { readonly label: string; readonly match_rate: number };
  /** Absent is the exact tree where it was skipped. */
  readonly rules: {
    readonly tree: EvaluatedRule;
    readonly logistic: EvaluatedRule;
    readonly exact?: EvaluatedRule;
  };
}

/** Rules fitted to a label, and what they are worth. */
export interface EvaluatedFit extends RuleFit {
  readonly rules: Rules & { readonly exact: ExactRule | SkippedRule };
  readonly evaluation: PublishedEvaluation;
}

/** Fits the rules, the exact tree among them, and evaluates each. `runs` is the run number of each row. Throws FitError. */
export function fitAndEvaluate(
  labelled: LabelledRows,
  runs: Int32Array,
  options: EvaluationOptions,
): EvaluatedFit | SkippedFit {
  const fit = fitRules(labelled);
  if ('skip_reason' in fit) return fit;
  const { features, rows, n, labels, classes, maxDepth } = labelled;
  const columns = applyDesign(fit.rules.design, rows, n);
  const exact = exactRule(columns, labels, fit, maxDepth);
  const candidates: Candidate[] = [
    { name: 'tree', learner: treeLearner(maxDepth), permutation: TREE_PERMUTATIONS },
    {
      name: 'logistic',
      learner: logisticLearner,
      predicted: predictLogistic(fit.rules.logistic, columns, n),
      permutation: LOGISTIC_PERMUTATIONS,
    },
  ];
  if (!('skip_reason' in exact)) {
    // Each fold, and all rows, with their own labels and with shuffled ones.
    const searches = 2 * (foldsOf(runs, options.seed).count + 1);
    const learner = exactLearner(maxDepth, Math.floor(EVALUATION_STEPS / searches));
    candidates.push({ name: 'exact', learner, predicted: predictTree(exact, columns, n) });
  }
  const evaluation = evaluateRules({ features, rows, n, runs }, labels, classes.length, candidates, options);
  return {
    ...fit,
    rules: { ...fit.rules, exact },
    evaluation: published(evaluation, classes, options.level),
  };
}

function published(
  { baseline, rules, ...evaluation }: Evaluation,
  classes: readonly string[],
  confidence: number,
): PublishedEvaluation {
  const { tree, logistic, exact } = rules as Record<'tree' | 'logistic', CandidateEvaluation> & typeof rules;
  const { variants, ...ofTree } = tree;
  return {
    confidence,
    ...evaluation,
    baseline: { ...baseline, label: classes[baseline.label] as string },
    rules: {
      tree: { ...ofTree, by_depth: variants.map((variant, depth) => ({ depth, ...variant })) },
      logistic: withoutVariants(logistic),
      ...(exact && { exact: withoutVariants(exact) }),
    },
  };
}

function withoutVariants({ variants, ...evaluated }: CandidateEvaluation): EvaluatedRule {
  return evaluated;
}
