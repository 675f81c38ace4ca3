import type { PublishedTree } from '../../results/fitted-rules.ts';
import type { Columns } from '../design.ts';

/** A classification tree in pre-order: each node, then its left subtree, then its right one. Rows with `value of column
 * feature (as float32) <= threshold` go left. */
export type Tree = Pick<PublishedTree, 'nodes'>;
export type TreeNode = Tree['nodes'][number];

/** The class of each row: the commonest class of its leaf. */
export function predictTree({ nodes }: Tree, columns: Columns, rows: number): Int32Array {
  const classes = nodes.map(commonest);
  return new Int32Array(rows).map((_, row) => {
    let index = 0;
    for (let node = nodes[0]; node?.split; node = nodes[index]) {
      const { feature, threshold, left, right } = node.split;
      const value = (columns[feature] as Float64Array)[row] as number;
      index = Math.fround(value) <= threshold ? left : right;
    }
    return classes[index] as number;
  });
}

/** How many of some rows are of each class. */
export function countClasses(labels: Int32Array, classes: number, rows: Iterable<number>): Float64Array {
  const counts = new Float64Array(classes);
  for (const row of rows) {
    const label = labels[row] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

/** The commonest class of a node's rows. Of equally common classes it is the first. */
export function commonest({ counts }: Pick<TreeNode, 'counts'>): number {
  return counts.indexOf(Math.max(...counts));
}

/** By column: the impurity that its splits removed. The sum is scaled to 1, or all are zero without a split. */
export function featureImportances({ nodes }: Tree, columns: number): number[] {
  const weighted = (index: number) => (nodes[index] as TreeNode).n * (nodes[index] as TreeNode).impurity;
  const removed = new Array<number>(columns).fill(0);
  for (const [index, { split }] of nodes.entries()) {
    if (!split) continue;
    const { feature, left, right } = split;
    removed[feature] = (removed[feature] as number) + weighted(index) - weighted(left) - weighted(right);
  }
  const total = removed.reduce((sum, value) => sum + value, 0);
  return total > 0 ? removed.map((value) => value / total) : removed;
}
