import type { Analysis } from '../results/analysis.ts';
import type { EvaluatedRule } from '../results/rules.ts';

/** A rule that was fitted to an agent's decisions. */
export interface NamedRule {
  readonly id: 'tree' | 'exact' | 'logistic';
  readonly title: string;
  /** With its article. */
  readonly name: string;
  readonly rule: EvaluatedRule;
}

/** The rules that were fitted, the greedy tree first. */
export function rulesOf({ max_depth: depth, evaluation: { rules } }: Analysis): NamedRule[] {
  const all = [
    { id: 'tree', title: 'Greedy tree', name: `a depth-${depth} tree`, rule: rules.tree },
    { id: 'exact', title: 'Exact tree', name: `the best depth-${depth} tree`, rule: rules.exact },
    { id: 'logistic', title: 'Logistic regression', name: 'a logistic regression', rule: rules.logistic },
  ] as const;
  return all.flatMap(({ rule, ...named }) => (rule ? [{ ...named, rule }] : []));
}

/** The first rule that may replace the agent, else the first that explains it; the tree before the others. */
export function explainingRule(analysis: Analysis): NamedRule | undefined {
  const all = rulesOf(analysis).filter(({ rule }) => rule.verdict === 'explained');
  return all.find(({ rule }) => rule.missing_for_replace?.length === 0) ?? all[0];
}

/** The rule that an agent's advice is about: one that explains it, or else the tree. */
export function chosenRule(analysis: Analysis): NamedRule {
  return explainingRule(analysis) ?? (rulesOf(analysis)[0] as NamedRule);
}

/** The columns of the logistic regression, that with the greatest weight first; none where it was skipped. */
export function greatestWeights({ rules: { design, logistic } }: Analysis) {
  if ('skip_reason' in logistic) return [];
  const sizeOf = (column: number) => Math.max(...logistic.weights.map((own) => Math.abs(own[column] ?? 0)));
  return design.columns
    .map(({ name, feature }, column) => ({
      column,
      name,
      input: design.features[feature] ?? name,
      size: sizeOf(column),
    }))
    .filter(({ size }) => size > 0)
    .toSorted((a, b) => b.size - a.size);
}
