import { exactTree } from '../exact/exact-tree.ts';
import { predictLogistic } from '../logistic/logistic.ts';
import { fitRidgeLogistic } from '../logistic/ridge-logistic.ts';
import { growTree, sortColumns } from '../tree/fit-tree.ts';
import { predictTree, type Tree } from '../tree/tree.ts';

/** The class of each of `rows` rows. */
export type Predictor = (columns: readonly Float64Array[], rows: number) => Int32Array;

/** A way to make a rule: takes the columns of training rows, then, as often as wanted, a label of each (class numbers
 * below `classes`, one or more, each of which occurs), and gives the rule. Several are variants, the rule itself the last. */
export type Learner = (
  columns: readonly Float64Array[],
) => (labels: Int32Array, classes: number) => readonly [Predictor, ...Predictor[]];

/** The tree of `fitTree`; its variants are the trees of every depth from zero on, which are the same tree cut off:
 * what is grown greedily does not know how deep it may go. */
export function treeLearner(maxDepth: number): Learner {
  return (columns) => {
    const sorted = sortColumns(columns);
    return (labels, classes) => {
      const tree = growTree(sorted, labels, classes, maxDepth);
      const cut = (depth: number): Predictor => {
        return (others, rows) => predictTree(cutTree(tree, depth), others, rows);
      };
      return [cut(0), ...Array.from({ length: maxDepth }, (_, index) => cut(index + 1))];
    };
  };
}

/** The tree of `exactTree`, the search for each stopped after `steps` at the most. */
export function exactLearner(maxDepth: number, steps: number): Learner {
  return (columns) => (labels, classes) => {
    const { tree } = exactTree(columns, labels, classes, maxDepth, { steps });
    return [(others, rows) => predictTree(tree, others, rows)];
  };
}

/** The logistic regression of `fitLogistic`, by a solver that is fast enough for many folds. */
export const logisticLearner: Learner = (columns) => (labels, classes) => {
  if (classes === 1) return [(_, rows) => new Int32Array(rows)];
  const logistic = fitRidgeLogistic(columns, labels, classes);
  return [(others, rows) => predictLogistic(logistic, others, rows)];
};

/** The same nodes, those at `depth` without a split. */
export function cutTree({ nodes }: Tree, depth: number): Tree {
  const depths = new Array<number>(nodes.length).fill(0);
  return {
    nodes: nodes.map((node, index) => {
      const { split, ...leaf } = node;
      if (!split) return node;
      const own = depths[index] as number;
      depths[split.left] = own + 1;
      depths[split.right] = own + 1;
      return own >= depth ? leaf : node;
    }),
  };
}
