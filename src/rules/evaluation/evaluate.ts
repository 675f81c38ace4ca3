import { Random } from '../../statistics/random.ts';
import { applyDesign, fitDesign } from '../design.ts';
import { baselineOf, type Scores, scoresOf } from './confusion.ts';
import { crossValidate, type GroupedRows, type Task } from './cross-validate.ts';
import { type Folds, foldsOf, rowsByRun } from './folds.ts';
import type { Learner } from './learner.ts';
import { type OutOfSample, outOfSample } from './out-of-sample.ts';
import { type PermutationTest, permutationTest } from './permutation.ts';
import { movableShare, permuteLabels, preservedMatch } from './permute-labels.ts';
import type { RuleVerdict, VerdictOptions } from './verdict.ts';

/** A kind of rule whose worth is asked for. */
export interface Candidate {
  readonly name: string;
  readonly learner: Learner;
  /** Class of each row by the published rule; absent when `learner`, given all rows, makes that very rule. */
  readonly predicted?: Int32Array;
  /** Effort put into its p-value; none without. */
  readonly permutation?: { readonly permutations: number; readonly maxRows: number };
}

export interface EvaluationOptions extends VerdictOptions {
  /** Seeds folds, resamples and permutations. */
  readonly seed: string;
  /** Confidence level of the intervals. */
  readonly level: number;
}

export interface CandidateEvaluation extends RuleVerdict {
  readonly in_sample: Scores;
  /** Null for a single run. */
  readonly out_of_sample: OutOfSample | null;
  readonly permutation: PermutationTest | null;
  /** Of the rule's variants, such as the tree cut off at depth 0, 1, 2, 3. */
  readonly variants: readonly { readonly match_rate: number; readonly out_of_sample: number | null }[];
  /** The same rule on labels shuffled within runs, which it must not explain. */
  readonly negative_control: RuleVerdict & {
    /** Share of rows whose label the shuffling could change: where it is small, it is no control. */
    readonly movable: number;
    /** What of the shuffled labels can be matched by what shuffling leaves as it is: where it is above the threshold, a
     * rule may explain them. */
    readonly preserved: number;
    /** In sample. */
    readonly match_rate: number;
    readonly out_of_sample: OutOfSample | null;
  };
}

export interface Evaluation extends VerdictOptions {
  readonly runs: number;
  /** Always answering the commonest label: its number, and its share of the rows. */
  readonly baseline: { readonly label: number; readonly match_rate: number };
  readonly folds: Pick<Folds, 'kind' | 'count'>;
  readonly rules: Readonly<Record<string, CandidateEvaluation>>;
}

/** Says of each kind of rule how well it reproduces labels it has not seen, how sure that is, and whether it may count
 * as an explanation. `labels` are class numbers below `classes`, each of which occurs. */
export function evaluateRules(
  data: GroupedRows,
  labels: Int32Array,
  classes: number,
  candidates: readonly Candidate[],
  options: EvaluationOptions,
): Evaluation {
  const { seed, threshold, margin } = options;
  const groups = rowsByRun(data.runs);
  const folds = foldsOf(data.runs, `${seed}/folds`);
  const baseline = baselineOf(labels, classes);
  const shuffled = permuteLabels(groups, labels, new Random(`${seed}/control`));
  const tasks = candidates.flatMap<Task>(({ learner }) => [
    { learner, labels },
    { learner, labels: shuffled },
  ]);
  const outside = groups.length > 1 ? crossValidate(data, folds, classes, tasks) : [];
  const columns = applyDesign(fitDesign(data.features, data.rows, data.n), data.rows, data.n);

  const judged = (name: string, predicted: Int32Array | undefined, truth: Int32Array) =>
    outOfSample(
      { runs: data.runs, truth, predicted, baseline: baseline.label, classes },
      { ...options, seed: name },
    );

  const evaluate = (candidate: Candidate, index: number): CandidateEvaluation => {
    const { name, learner, predicted, permutation } = candidate;
    const learn = learner(columns);
    const inside = learn(labels, classes).map((predict) => predict(columns, data.n));
    const [own, control] = [outside[2 * index], outside[2 * index + 1]];
    const inControl = learn(shuffled, classes).at(-1)?.(columns, data.n) as Int32Array;
    return {
      ...judged(`${seed}/${name}`, own?.at(-1), labels),
      in_sample: scoresOf(predicted ?? (inside.at(-1) as Int32Array), labels, classes),
      variants: inside.map((one, variant) => ({
        match_rate: scoresOf(one, labels, classes).match_rate,
        out_of_sample: own ? scoresOf(own[variant] as Int32Array, labels, classes).match_rate : null,
      })),
      permutation: permutation
        ? permutationTest(data, labels, classes, learner, { seed: `${seed}/${name}/labels`, ...permutation })
        : null,
      negative_control: {
        movable: movableShare(groups, labels),
        preserved: preservedMatch(groups, labels),
        match_rate: scoresOf(inControl, shuffled, classes).match_rate,
        ...judged(`${seed}/${name}/control`, control?.at(-1), shuffled),
      },
    };
  };
  return {
    threshold,
    margin,
    runs: groups.length,
    baseline: { label: baseline.label, match_rate: baseline.share },
    folds: { kind: folds.kind, count: folds.count },
    rules: Object.fromEntries(candidates.map((one, index) => [one.name, evaluate(one, index)])),
  };
}
