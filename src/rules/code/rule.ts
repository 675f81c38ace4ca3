import type { Analysis } from '../../results/analysis.ts';
import type { Design, PublishedLogistic } from '../../results/fitted-rules.ts';
import type { EvaluatedFit } from '../../results/rules.ts';
import type { TreeNode } from '../tree/tree.ts';

type Rules = EvaluatedFit['rules'];

/** A rule to be written as code, with what it is fitted to. */
export interface CodedRule {
  readonly classes: readonly string[];
  readonly design: Design;
  /** The nodes of a tree, or a logistic regression. */
  readonly rule: { readonly nodes: readonly TreeNode[] } | PublishedLogistic;
}

/** One rule of an analysis. */
export function codedRule(
  { classes, rules }: Pick<Analysis, 'classes' | 'rules'>,
  id: keyof Omit<Rules, 'design'>,
): CodedRule {
  const { design, tree, logistic, exact } = rules;
  const rule = { tree, logistic, exact }[id];
  return { classes: classes.map(({ label }) => label), design, rule: 'skip_reason' in rule ? tree : rule };
}
