import type { EvaluatedFit, EvaluatedRule, SkippedFit } from '../../results/rules.ts';
import { fitGreedyTree, type LabelledRows } from '../fit.ts';
import { predictRules, type RuleName } from '../predict-rules.ts';
import { predictTree } from '../tree/tree.ts';
import { baselineOf, scoresOf } from './confusion.ts';
import { partOf, pick } from './cross-validate.ts';
import { type EvaluationOptions, evaluateRules, type RuleEvaluation } from './evaluate.ts';
import { evaluatedRows, placed } from './evaluated-rows.ts';
import { fitAgent, fitControl } from './fit-rules.ts';
import { cutTree } from './learner.ts';
import { missingForReplace } from './missing.ts';
import { withoutOwnOutput } from './without-own-output.ts';

/** By rule, as far as it was evaluated: the class of each row, predicted from other blocks of the runs; -1 for a row that
 * was not evaluated. */
export type OutsidePredictions = Partial<Record<RuleName, Int32Array>>;

/** Fits the rules and evaluates each; of an agent that is a rule, no more of them than it takes to find it. `runs` is
 * the run number of each row, `weeks` the Monday of its week. Throws FitError. */
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
  const inside = predictRules({ tree, logistic, exact }, columns, n);
  const inSample = (some: Int32Array) => scoresOf(some, labels, classes.length);
  const publishedRule = (name: RuleName): EvaluatedRule => {
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
      ...(chosen && { evaluated_rows: chosen.length, evaluated_runs: new Set(data.runs as number[]).size }),
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

/** The regime of each row, where the agent was told one. */
function regimesOf({ features, rows, n }: LabelledRows): (string | undefined)[] | undefined {
  const place = features.findIndex(({ role }) => role === 'regime');
  const levels = features[place]?.levels;
  return (
    levels && Array.from({ length: n }, (_, row) => levels[rows[row * features.length + place] as number])
  );
}
