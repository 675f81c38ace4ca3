import type { GroupedRows } from './cross-validate.ts';
import { type EvaluationOptions, evaluateRules, type RuleSpec } from './evaluate.ts';
import type { Judged } from './verdict.ts';

/** What rules are worth, fitted without the inputs that are the agent's own earlier output: they stand still once a rule
 * has replaced it. By the rules' names; undefined where there is no such input. */
export function withoutOwnOutput(
  data: GroupedRows,
  labels: Int32Array,
  classes: number,
  specs: readonly RuleSpec[],
  options: EvaluationOptions,
): Readonly<Record<string, Judged>> | undefined {
  const { features, rows, n } = data;
  const kept = [...features.keys()].filter((feature) => features[feature]?.role !== 'own_output');
  const width = kept.length;
  if (width === features.length || specs.length === 0) return undefined;
  const left: GroupedRows = {
    ...data,
    features: features.filter((_, feature) => kept.includes(feature)),
    rows: Float64Array.from({ length: n * width }, (_, cell) => {
      return rows[Math.floor(cell / width) * features.length + (kept[cell % width] as number)] as number;
    }),
  };
  const plain = specs.map(({ permutation: _, ...spec }) => spec);
  const { rules } = evaluateRules(left, labels, classes, plain, options);
  return Object.fromEntries(
    Object.entries(rules).map(([name, { verdict, reason, runs_needed, out_of_sample, walk_forward }]) => [
      name,
      { verdict, reason, runs_needed, out_of_sample, walk_forward },
    ]),
  );
}
