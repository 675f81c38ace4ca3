import { Random } from '../../statistics/random.ts';
import type { Columns } from '../design.ts';
import { exactTree } from '../exact/exact-tree.ts';
import { predictLogistic } from '../logistic/model.ts';
import { ridgeLogistic } from '../logistic/ridge-logistic.ts';
import { fitTree } from '../tree/fit-tree.ts';
import { predictTree, type Tree } from '../tree/tree.ts';

/** The class of each of `rows` rows. */
export type Predictor = (columns: Columns, rows: number) => Int32Array;

/** Makes rules from the columns of training rows. The function that it returns may be called for several labellings of
 * these rows: class numbers below `classes`, each of which occurs. It gives the variants of a rule; the rule itself is
 * the last. */
export type Learner = (columns: Columns) => (labels: Int32Array, classes: number) => readonly Predictor[];

/** The tree of `fitTree`. Its variants are the trees of depth 0, 1, …: a greedy tree of a lesser depth is the same tree
 * cut off. */
export function treeLearner(maxDepth: number): Learner {
  return (columns) => (labels, classes) => {
    const tree = fitTree(columns, labels, classes, maxDepth);
    return Array.from({ length: maxDepth + 1 }, (_, depth): Predictor => {
      return (others, rows) => predictTree(cutTree(tree, depth), others, rows);
    });
  };
}

/** The same learner with its columns in an order drawn by `seed`. */
export function reordered(learner: Learner, seed: string): Learner {
  return (columns) => {
    const order = [...columns.keys()];
    new Random(seed).shuffle(order);
    const arrange = (some: Columns) => order.map((column) => some[column] as Float64Array);
    const learn = learner(arrange(columns));
    return (labels, classes) =>
      learn(labels, classes).map<Predictor>((predict) => (others, rows) => predict(arrange(others), rows));
  };
}

/** The tree of `exactTree`. Each search stops after `steps` steps. */
export function exactLearner(maxDepth: number, steps: number): Learner {
  return (columns) => (labels, classes) => {
    const { tree } = exactTree(columns, labels, classes, maxDepth, { steps });
    return [(others, rows) => predictTree(tree, others, rows)];
  };
}

/** The logistic regression of `fitLogistic`, fitted by a solver that is fast enough for many folds. */
export const logisticLearner: Learner = (columns) => {
  const learn = ridgeLogistic(columns);
  return (labels, classes) => {
    if (classes === 1) return [(_, rows) => new Int32Array(rows)];
    const logistic = learn(labels, classes);
    return [(others, rows) => predictLogistic(logistic, others, rows)];
  };
};

/** The same nodes; those at `depth` have no split. */
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
