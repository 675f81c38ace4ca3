import type { EvaluatedFit } from '../results/rules.ts';

/** Whether the parts of rules that were read from a file are of one size, so that they can be applied. */
export function isComplete(classes: EvaluatedFit['classes'], rules: EvaluatedFit['rules']): boolean {
  const { design, tree: greedy, logistic, exact } = rules;
  const width = design.columns.length;
  // Children come behind their parent, or whoever walks the tree would walk for ever.
  const areNodes = ({ nodes }: Pick<typeof greedy, 'nodes'>) =>
    nodes.every(({ counts, split }, index) => {
      const children = split ? [split.left, split.right] : [];
      return (
        counts.length === classes.length &&
        (!split || split.feature < width) &&
        children.every((child) => child > index && child < nodes.length)
      );
    });
  return (
    areNodes(greedy) &&
    ('skip_reason' in exact || areNodes(exact)) &&
    ('skip_reason' in logistic ||
      ([logistic.mean, logistic.scale, ...logistic.weights].every(({ length }) => length === width) &&
        [logistic.bias, logistic.weights].every(({ length }) => length === classes.length)))
  );
}
