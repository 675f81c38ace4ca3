import type { EvaluatedFit, EvaluatedRule } from '../../results/rules.ts';
import { Random } from '../../statistics/random.ts';
import { designOf } from '../design.ts';
import { scoresOf } from './confusion.ts';
import { crossValidate, type GroupedRows, learnClasses, type Task } from './cross-validate.ts';
import { blocks, rowsByRun, walkForward } from './folds.ts';
import type { Learner } from './learner.ts';
import { judgePredictions } from './out-of-sample.ts';
import { matchByPart, type Recall, recallsOf, THIRDS, thirdsOf } from './parts.ts';
import { type PermutationOptions, permutationTest } from './permutation.ts';
import { MIN_SHIFTED_RUNS, rowsInTime, shiftLabels } from './shift-labels.ts';
import type { Judged, VerdictOptions } from './verdict.ts';

/** A kind of rule to evaluate, and how. */
export interface RuleSpec {
  readonly name: string;
  readonly learner: Learner;
  /** The same learner with its columns in other orders, where equally good splits are settled by order. The one that
   * matches least out of sample is judged. */
  readonly reordered?: readonly Learner[];
  /** Confidence level of its intervals, that of the options unless given. */
  readonly level?: number;
  /** Effort put into its p-value; none without. */
  readonly permutation?: Omit<PermutationOptions, 'seed'>;
}

export interface EvaluationOptions extends VerdictOptions {
  /** Seeds resamples, shifts and lots. */
  readonly seed: string;
  /** Confidence level of the intervals. */
  readonly level: number;
  /** Of an agent that is a rule: only whether a tree is found, and none in shifted labels. */
  readonly isControl?: boolean | undefined;
}

/** The numbers out of sample are those of the order of the columns that matches least. */
export interface RuleEvaluation
  extends Judged,
    Pick<EvaluatedRule, 'orders' | 'permutation' | 'negative_control'> {
  /** Of the labels out of sample. */
  readonly recalls: readonly Recall[];
  readonly by_time: NonNullable<EvaluatedRule['by_time']>;
  /** Class of each row, predicted from other blocks by the order that is judged; absent for a single run. */
  readonly outside: Int32Array | undefined;
  /** Match out of sample of the rule's variants, such as the tree cut off at depth 0, 1, 2, 3; none for a single run. */
  readonly variants: readonly number[];
}

export interface Evaluation extends Pick<EvaluatedFit['evaluation'], 'threshold' | 'margin' | 'folds'> {
  readonly rules: Readonly<Record<string, RuleEvaluation>>;
}

/** Says of each kind of rule how well it reproduces labels it has not seen, how sure that is, and whether it may count
 * as an explanation. `labels` are class numbers below `classes`. */
export function evaluateRules(
  data: GroupedRows,
  labels: Int32Array,
  classes: number,
  specs: readonly RuleSpec[],
  options: EvaluationOptions,
): Evaluation {
  const { seed, threshold, margin } = options;
  const groups = rowsByRun(data.runs);
  const order = rowsInTime(groups, new Random(`${seed}/control`));
  const shifted =
    groups.length < MIN_SHIFTED_RUNS
      ? undefined
      : shiftLabels(groups, order, labels, Math.floor(groups.length / 2));
  const tasks: Task[] = [];
  const add = (learner: Learner, own: Int32Array) => tasks.push({ learner, labels: own }) - 1;
  const places = specs.map(({ learner, reordered = [] }) => ({
    own: [learner, ...reordered].map((one) => add(one, labels)),
    control: shifted ? add(learner, shifted) : -1,
  }));
  const splits = blocks(groups);
  const outside = crossValidate(data, splits, classes, tasks);
  const forward = crossValidate(data, walkForward(groups), classes, tasks);
  const columns = designOf(data.features, data.rows, data.n).columns;

  const matchOf = (task: number) => {
    const predicted = outside[task]?.at(-1);
    return predicted ? scoresOf(predicted, labels, classes).match_rate : 0;
  };
  const judged = (name: string, level: number, task: number, truth: Int32Array) =>
    judgePredictions(
      {
        runs: data.runs,
        groups,
        truth,
        classes,
        outside: outside[task]?.at(-1),
        forward: forward[task]?.at(-1),
      },
      { ...options, level, seed: name },
    );

  const evaluate = (spec: RuleSpec, index: number): RuleEvaluation => {
    const { name, learner, reordered, permutation, level = options.level } = spec;
    const { own: tried, control } = places[index] as (typeof places)[number];
    const matches = tried.map(matchOf);
    const [least, most] = [Math.min(...matches), Math.max(...matches)];
    const task = tried[matches.indexOf(least)] as number;
    const own = outside[task];
    const last = own?.at(-1);
    const partsOf = (names: readonly (string | undefined)[] = [], order?: readonly string[]) =>
      last ? matchByPart(names, labels, last, order) : [];
    return {
      ...judged(`${seed}/${name}`, level, task, labels),
      ...(reordered && last && { orders: { tried: tried.length, least, most } }),
      outside: last,
      recalls: last ? recallsOf(labels, last, data.runs, level) : [],
      by_time: {
        thirds: partsOf(thirdsOf(groups, data.n), THIRDS),
        weeks: partsOf(data.weeks),
        regimes: partsOf(data.regimes),
      },
      variants: own?.map((one) => scoresOf(one, labels, classes).match_rate) ?? [],
      permutation: permutation
        ? permutationTest(data, labels, classes, learner, { seed: `${seed}/${name}/labels`, ...permutation })
        : null,
      negative_control: shifted
        ? {
            preserved: labels.filter((label, row) => label === shifted[row]).length / data.n,
            match_rate: scoresOf(
              learnClasses(learner(columns), shifted, classes).at(-1)?.(columns, data.n) as Int32Array,
              shifted,
              classes,
            ).match_rate,
            ...judged(`${seed}/${name}/control`, level, control, shifted),
          }
        : null,
    };
  };
  return {
    threshold,
    margin,
    folds: { kind: 'contiguous_blocks', count: splits.length },
    rules: Object.fromEntries(specs.map((one, index) => [one.name, evaluate(one, index)])),
  };
}
