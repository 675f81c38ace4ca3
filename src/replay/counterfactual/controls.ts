import type { Analysis } from '../../results/analysis.ts';
import type { Controls, NegativeControl, PositiveControl } from '../../results/counterfactual-run.ts';
import type { EvaluatedRule } from '../../results/rules.ts';
import { isFound } from '../../rules/evaluation/found.ts';
import { barOf } from '../../rules/evaluation/verdict.ts';
import { MIN_CLUSTERS } from '../../statistics/mean-interval.ts';

/** With fewer rows, rows of other labels than the commonest, or runs, a rule that is there may not show. */
const MIN_ROWS = 30;
const MIN_RARER_ROWS = 5;
const MIN_RUNS = MIN_CLUSTERS;

/** Whether this run's numbers can be trusted: the rules of agents that are rules were found, and none was found where
 * labels were shifted in time. */
export function controlsOf(analyses: readonly Analysis[]): Controls {
  const deterministic = analyses.filter(({ kind }) => kind === 'deterministic');
  const tested = deterministic.filter(hasEnoughRows);
  const positive = tested.filter((analysis) => !ruleFound(analysis)).map(numbersOf);
  const shifted = analyses.flatMap(negativeControls);
  const negative = shifted.filter(({ explained }) => explained).map(({ control }) => control);
  const failed = positive.length > 0 || negative.length > 0;
  const idsOf = (some: readonly Analysis[]) => some.map(({ agent_id_base }) => agent_id_base);
  return {
    status: failed ? 'failed' : tested.length === 0 ? 'untested' : 'passed',
    positive: {
      tested: idsOf(tested),
      untested: idsOf(deterministic.filter((analysis) => !hasEnoughRows(analysis))),
      failed: positive,
    },
    negative: { tested: shifted.length, failed: negative },
  };
}

function hasEnoughRows({ n_samples, classes, evaluation }: Analysis): boolean {
  const commonest = Math.max(...classes.map(({ n }) => n));
  return n_samples >= MIN_ROWS && n_samples - commonest >= MIN_RARER_ROWS && evaluation.runs >= MIN_RUNS;
}

function ruleFound({ evaluation: { baseline, rules } }: Analysis): boolean {
  return [rules.tree, rules.exact].some(
    (rule) =>
      rule && isFound(rule.in_sample.match_rate, rule.out_of_sample?.lift ?? null, baseline.match_rate),
  );
}

function numbersOf({ agent_id_base, n_samples, match_rate, evaluation }: Analysis): PositiveControl {
  const { runs, baseline, rules } = evaluation;
  return {
    agent_id_base,
    n_samples,
    runs,
    baseline: baseline.match_rate,
    match_rate,
    out_of_sample: outsideOf(rules.tree),
    optimal: rules.exact?.in_sample.match_rate ?? null,
    optimal_out_of_sample: outsideOf(rules.exact),
  };
}

/** Left out are those with too few runs to shift, and those whose labels the shift leaves as they are. */
function negativeControls({ agent_id_base, evaluation }: Analysis) {
  const { threshold, margin, baseline, rules } = evaluation;
  const allowed = Math.max(threshold, barOf(baseline.match_rate, margin));
  return Object.entries(rules).flatMap(([rule, { negative_control }]) => {
    if (!negative_control || negative_control.preserved > allowed) return [];
    const { verdict, out_of_sample } = negative_control;
    const match_rate = out_of_sample?.match_rate ?? null;
    const control: NegativeControl = { agent_id_base, rule: rule as NegativeControl['rule'], match_rate };
    return [{ control, explained: verdict === 'explained' }];
  });
}

function outsideOf(rule: EvaluatedRule | undefined): number | null {
  return rule?.out_of_sample?.match_rate ?? null;
}
