import type { Analysis } from '../results/analysis.ts';
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

type Columns = Analysis['rules']['design']['columns'];

/** The tree from its root. A file in which a node is missing, or is below itself, ends there. */
export function nodesOf(tree: PublishedTree, columns: Columns): TreeNode {
  return nodeAt(tree, columns, 0, 0, 'All rows');
}

function nodeAt(
  tree: PublishedTree,
  columns: Columns,
  at: number,
  depth: number,
  condition: string,
): TreeNode {
  const node = tree.nodes[at];
  const counts = node?.counts ?? [];
  const rows = node?.n ?? 0;
  const sum = counts.reduce((all, n) => all + n, 0);
  const majority = counts.reduce((best, n, index) => (n > (counts[best] ?? 0) ? index : best), 0);
  const split = node?.split;
  const goesOn = split !== undefined && depth < MAX_DEPTH;
  const below = (child: number, side: 0 | 1) =>
    nodeAt(tree, columns, child, depth + 1, inWords(columns, split as Split)[side]);
  return {
    condition,
    depth,
    rows,
    majority,
    purity: sum > 0 ? (counts[majority] ?? 0) / sum : 0,
    counts,
    children: goesOn ? [below(split.left, 0), below(split.right, 1)] : [],
    hidden: split !== undefined && !goesOn,
  };
}

/** What a row's values answer to a tree: the questions on its way, in words, and the node in which it ends. */
export function pathOf(
  { nodes }: PublishedTree,
  { features, columns }: Analysis['rules']['design'],
  values: Readonly<Record<string, number | string | null>>,
): { readonly steps: readonly string[]; readonly end: PublishedTree['nodes'][number] | undefined } {
  const steps: string[] = [];
  let node = nodes[0];
  while (node?.split && steps.length < nodes.length) {
    const { feature, threshold, left, right } = node.split;
    const column = columns[feature];
    if (!column) break;
    const value = ownValue(values, features[column.feature] ?? '') ?? null;
    const goesLeft = Math.fround(columnValue(column, value)) <= threshold;
    const assumed = column.kind === 'number' && value === null ? ' (missing)' : '';
    steps.push(`${inWords(columns, node.split)[goesLeft ? 0 : 1]}${assumed}`);
    node = nodes[goesLeft ? left : right];
  }
  return { steps, end: node };
}

function columnValue(column: Columns[number], value: number | string | null): number {
  if (column.kind === 'number') return typeof value === 'number' ? value : column.impute;
  return Number(column.kind === 'level' ? value === column.level : value === null);
}

type Split = NonNullable<PublishedTree['nodes'][number]['split']>;

/** What a row must be to go left, and to go right. */
function inWords(columns: Columns, { feature, threshold }: Split): readonly [string, string] {
  const { name, kind } = columns[feature] ?? { name: `column ${feature}`, kind: 'number' };
  const [of = '', level] = splitOnce(name, '=');
  if (kind === 'level' && level !== undefined) return [`${of} is not ${level}`, `${of} is ${level}`];
  if (kind === 'missing') {
    const known = name.replace(/__missing$/, '');
    return [`${known} is known`, `${known} is missing`];
  }
  return [`${name} ≤ ${measure(threshold)}`, `${name} > ${measure(threshold)}`];
}

function splitOnce(text: string, by: string): readonly string[] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}

/** Inputs that the tree asks for, first asked first; a level's or a gap's column counts as its input. */
export function askedInputs(tree: PublishedTree, columns: Columns): readonly string[] {
  const asked = tree.nodes.flatMap(({ split }) => {
    const column = split && columns[split.feature];
    if (!column) return [];
    return column.kind === 'level'
      ? (splitOnce(column.name, '=')[0] ?? [])
      : column.name.replace(/__missing$/, '');
  });
  return [...new Set(asked)];
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
