import type { EvaluatedFit } from '../results/rules.ts';
import type { Columns } from './design.ts';
import { predictLogistic } from './logistic/model.ts';
import { predictTree } from './tree/tree.ts';

/** The names of the rules, the greedy tree first. */
export const RULES = ['tree', 'logistic', 'exact'] as const;
export type RuleName = (typeof RULES)[number];

/** What each rule that is there makes of rows: the class of each. */
export function predictRules(
  { tree, logistic, exact }: Omit<EvaluatedFit['rules'], 'design'>,
  columns: Columns,
  rows: number,
): { readonly tree: Int32Array } & Partial<Record<RuleName, Int32Array>> {
  return {
    tree: predictTree(tree, columns, rows),
    ...('weights' in logistic && { logistic: predictLogistic(logistic, columns, rows) }),
    ...('nodes' in exact && { exact: predictTree(exact, columns, rows) }),
  };
}
