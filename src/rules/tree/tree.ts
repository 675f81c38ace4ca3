/** A node of a decision tree. Rows with `value of column feature (as float32) <= threshold` go left. */
export interface TreeNode {
  readonly n: number;
  /** Gini impurity of its rows. */
  readonly impurity: number;
  /** Rows by class. */
  readonly counts: readonly number[];
  /** Absent in a leaf. */
  readonly split?: {
    readonly feature: number;
    readonly threshold: number;
    /** Positions of the children among the nodes. */
    readonly left: number;
    readonly right: number;
  };
}

/** A classification tree in pre-order: each node, then its left subtree, then its right one. */
export interface Tree {
  readonly nodes: readonly TreeNode[];
}

/** The class of each row: the commonest class of its leaf. Of equally common classes it is the first. */
export function predictTree(tree: Tree, columns: readonly Float64Array[], rows: number): Int32Array {
  const classes = tree.nodes.map(({ counts }) => counts.indexOf(Math.max(...counts)));
  return Int32Array.from(leavesOf(tree, columns, rows), (leaf) => classes[leaf] as number);
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

function leavesOf({ nodes }: Tree, columns: readonly Float64Array[], rows: number): Uint32Array {
  return new Uint32Array(rows).map((_, row) => {
    let index = 0;
    for (let node = nodes[0]; node?.split; node = nodes[index]) {
      const { feature, threshold, left, right } = node.split;
      const value = (columns[feature] as Float64Array)[row] as number;
      index = Math.fround(value) <= threshold ? left : right;
    }
    return index;
  });
}
