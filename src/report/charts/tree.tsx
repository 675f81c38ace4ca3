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
  const top = Math.min(...nodes.map(({ x }) => x)) - NODE.height / 2;
  const height = Math.max(...nodes.map(({ x }) => x)) - top + NODE.height / 2 + 2 * MARGIN;
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
      {layout.links().map(({ source, target }) => (
        <path
          class="link"
          d={
            curve({ source: [x(source) + NODE.width + 6, y(source)], target: [x(target) - 6, y(target)] }) ??
            ''
          }
          stroke-width={Math.max(1, (MAX_LINK * target.data.rows) / Math.max(1, root.rows)).toFixed(1)}
        />
      ))}
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
  const sum = counts.reduce((total, n) => total + n, 0);
  let from = 0;
  return (
    <>
      {counts.map((n, place) => {
        const width = sum > 0 ? (n / sum) * NODE.width : 0;
        const x = from;
        from += width;
        if (width === 0) return null;
        return <rect class={`class-${place}`} x={x.toFixed(1)} y="22" width={width.toFixed(1)} height="7" />;
      })}
    </>
  );
}
