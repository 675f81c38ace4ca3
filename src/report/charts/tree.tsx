import { cumsum, extent } from 'd3-array';
import { type HierarchyPointNode, hierarchy, tree } from 'd3-hierarchy';
import { linkHorizontal } from 'd3-shape';
import { count, percent } from '../../shared/numbers.ts';
import { truncate, truncateMiddle, truncateWithCount } from '../../shared/truncate.ts';
import { grouped, type ShownClasses } from '../classes.ts';
import type { TreeNode } from '../tree-nodes.ts';

interface Props {
  readonly finding: string;
  readonly root: TreeNode;
  readonly classes: ShownClasses;
}

const NODE = { width: 216, height: 60 };
const GAP = 40;
const MARGIN = 8;
const MAX_LINK = 14;
const CHARACTERS = 31;

const curve = linkHorizontal<unknown, [number, number]>();

/** A tree from left to right. The links are as thick as their share of the rows. */
export function TreeChart({ finding, root, classes }: Props) {
  const layout = tree<TreeNode>()
    .nodeSize([NODE.height + 6, NODE.width + GAP])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1.15))(
    hierarchy(root, ({ children }) => [...children]),
  );
  const nodes = layout.descendants();
  const [highest = 0, lowest = 0] = extent(nodes, (node) => node.x);
  const top = highest - NODE.height / 2;
  const height = lowest - top + NODE.height / 2 + 2 * MARGIN;
  const width = layout.height * (NODE.width + GAP) + NODE.width + 2 * MARGIN;
  const y = (node: HierarchyPointNode<TreeNode>) => node.x - top + MARGIN;
  const x = (node: HierarchyPointNode<TreeNode>) => node.y + MARGIN;
  return (
    <svg
      class="tree"
      role="img"
      aria-label={finding}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${Math.round(height)}`}
    >
      <title>{finding}</title>
      {layout.links().map(({ source, target }) => {
        const [from, to] = [x(source) + NODE.width + 6, x(target) - 6];
        const path = curve({ source: [from, y(source)], target: [to, y(target)] }) ?? '';
        const width = Math.max(1, (MAX_LINK * target.data.rows) / Math.max(1, root.rows));
        return <path class="link" d={path} stroke-width={width.toFixed(1)} />;
      })}
      {nodes.map((node) => (
        <g transform={`translate(${x(node)} ${Math.round(y(node) - NODE.height / 2)})`}>
          <NodeCard node={node.data} classes={classes} />
        </g>
      ))}
    </svg>
  );
}

function NodeCard({ node, classes }: { readonly node: TreeNode; readonly classes: ShownClasses }) {
  const isLeaf = node.children.length === 0;
  const label = classes.labelOf(node.majority);
  return (
    <>
      <title>{truncateWithCount(node.condition, 300)}</title>
      <text class="condition" x="0" y="15">
        {truncateMiddle(node.condition, CHARACTERS)}
      </text>
      <ClassBar counts={grouped(node.counts, classes)} />
      <text class={isLeaf ? 'decides' : 'leans'} x="0" y="46">
        {isLeaf ? '→ ' : ''}
        {truncate(label, 18)} {percent(node.purity)}
      </text>
      <text class="rows" x={NODE.width} y="46" text-anchor="end">
        {node.hidden ? '+ ' : ''}
        {count(node.rows)}
      </text>
    </>
  );
}

function ClassBar({ counts }: { readonly counts: readonly number[] }) {
  const ends = cumsum(counts);
  const scale = NODE.width / (ends.at(-1) || 1);
  return (
    <>
      {counts.map((n, place) => {
        if (n === 0) return null;
        const x = ((ends[place] ?? 0) - n) * scale;
        return (
          <rect class={`class-${place}`} x={x.toFixed(1)} y="22" width={(n * scale).toFixed(1)} height="7" />
        );
      })}
    </>
  );
}
