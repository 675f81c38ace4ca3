import { maxIndex, sum } from 'd3-array';
import type { Analysis, PublishedWrongRows } from '../results/analysis.ts';
import type { PublishedTree } from '../results/fitted-rules.ts';
import { measure } from '../shared/numbers.ts';
import { ownValue } from './words.ts';

/** A node of a tree as it is shown. */
export interface TreeNode {
  /** In words, what a row must be to come here from the node above. */
  readonly condition: string;
  readonly depth: number;
  readonly rows: number;
  /** The commonest class, as an index into the classes. */
  readonly majority: number;
  /** Share of the rows that are of the commonest class. */
  readonly purity: number;
  /** Rows by class. */
  readonly counts: readonly number[];
  readonly children: readonly TreeNode[];
  /** Questions below that are not shown. */
  readonly hidden: boolean;
}

/** Deeper nodes are not shown: 31 are what fits a page. */
const MAX_DEPTH = 4;

export type WrongRow = PublishedWrongRows['sample'][number];
type Design = Analysis['rules']['design'];

/** The tree from its root. A file in which a node is missing, or is below itself, ends there. */
export function nodesOf(
  tree: PublishedTree,
  design: Design,
  at = 0,
  depth = 0,
  condition = 'All rows',
): TreeNode {
  const { counts = [], n: rows = 0, split } = tree.nodes[at] ?? {};
  const majority = Math.max(0, maxIndex(counts));
  const goesOn = split !== undefined && depth < MAX_DEPTH;
  const [left, right] = goesOn ? inWords(design, split) : [];
  return {
    condition,
    depth,
    rows,
    majority,
    purity: (counts[majority] ?? 0) / (sum(counts) || 1),
    counts,
    children: goesOn
      ? [
          nodesOf(tree, design, split.left, depth + 1, left),
          nodesOf(tree, design, split.right, depth + 1, right),
        ]
      : [],
    hidden: split !== undefined && !goesOn,
  };
}

/** What a row's values answer to a tree: the questions on its way, in words, and the node in which it ends. */
export function pathOf({ nodes }: PublishedTree, design: Design, values: WrongRow['values']) {
  const steps: string[] = [];
  let node = nodes[0];
  while (node?.split && steps.length < nodes.length) {
    const { feature, threshold, left, right } = node.split;
    const column = design.columns[feature];
    if (!column) break;
    const value = ownValue(values, inputOf(design, column)) ?? null;
    const goesLeft = Math.fround(columnValue(column, value)) <= threshold;
    const assumed = column.kind === 'number' && value === null ? ' (missing)' : '';
    steps.push(`${inWords(design, node.split)[goesLeft ? 0 : 1]}${assumed}`);
    node = nodes[goesLeft ? left : right];
  }
  return { steps, end: node };
}

function columnValue(column: Design['columns'][number], value: number | string | null): number {
  if (column.kind === 'number') return typeof value === 'number' ? value : column.impute;
  return Number(column.kind === 'level' ? value === column.level : value === null);
}

type Split = NonNullable<PublishedTree['nodes'][number]['split']>;

/** What a row must be to go left, and to go right. */
function inWords(design: Design, { feature, threshold }: Split): readonly [string, string] {
  const column = design.columns[feature];
  const name = column ? inputOf(design, column) : `column ${feature}`;
  if (column?.kind === 'level') return [`${name} is not ${column.level}`, `${name} is ${column.level}`];
  if (column?.kind === 'missing') return [`${name} is known`, `${name} is missing`];
  return [`${name} ≤ ${measure(threshold)}`, `${name} > ${measure(threshold)}`];
}

function inputOf({ features }: Design, column: Design['columns'][number]): string {
  return features[column.feature] ?? column.name;
}

/** Inputs that the tree asks for, first asked first; a level's or a gap's column counts as its input. */
export function askedInputs(tree: PublishedTree, design: Design): readonly string[] {
  return tree.nodes.flatMap(({ split }) => {
    const column = split && design.columns[split.feature];
    return column ? inputOf(design, column) : [];
  });
}

/** Whether two trees ask the same and so decide the same. */
export function sameTree(one: PublishedTree, other: PublishedTree): boolean {
  const shape = ({ nodes }: PublishedTree) =>
    JSON.stringify(nodes.map(({ split, counts }) => [split, counts]));
  return shape(one) === shape(other);
}

/** The nodes in the order in which one reads them: each before what is below it. */
export function inReadingOrder(node: TreeNode): readonly TreeNode[] {
  return [node, ...node.children.flatMap(inReadingOrder)];
}
