import type { Analysis } from '../../results/analysis.ts';

/** A rule to be written as code, with what it is fitted to: the nodes of a tree, or a logistic regression. */
export type CodedRule = ReturnType<typeof codedRule>;

/** One rule of an analysis. */
export function codedRule(
  { classes, rules }: Pick<Analysis, 'classes' | 'rules'>,
  id: keyof Omit<Analysis['rules'], 'design'>,
) {
  const { design, tree } = rules;
  const rule = rules[id];
  return { classes: classes.map(({ label }) => label), design, rule: 'skip_reason' in rule ? tree : rule };
}
