import type { ComponentChildren } from 'preact';
import type { Analysis } from '../../results/analysis.ts';
import type { PublishedTree } from '../../results/fitted-rules.ts';
import { count, counted, percent, percentFine } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { TreeChart } from '../charts/tree.tsx';
import { classesOf, type ShownClasses } from '../classes.ts';
import { inReadingOrder, nodesOf, sameTree, type TreeNode } from '../tree-nodes.ts';
import { capitalised } from '../words.ts';
import { Term } from './glossary.tsx';
import { DataTable, Figure, Name, Scroll } from './parts.tsx';

const EXPLANATION =
  'Each node: how rows come to it, the shares of the decisions in it, the commonest of them, and how many rows. An arrow marks what the rule decides.';

/** The greedy tree and the exact one, or one picture where they are the same. */
export function TreePictures({ analysis }: { readonly analysis: Analysis }) {
  const { tree, exact } = analysis.rules;
  if ('skip_reason' in exact) {
    const note = `No exact tree: ${truncate(exact.skip_reason, 200)}. ${EXPLANATION}`;
    return <Picture analysis={analysis} tree={tree} title="The tree" note={note} />;
  }
  const proof = provenIn(exact);
  const term = <Term of="exact">exact tree</Term>;
  if (sameTree(tree, exact)) {
    const note = ['The ', term, ` is the same; ${proof}. ${EXPLANATION}`];
    return <Picture analysis={analysis} tree={tree} title="The tree" note={note} />;
  }
  const proven = [`${capitalised(proof)} (`, term, ').'];
  return (
    <>
      <Picture analysis={analysis} tree={tree} title="The greedy tree" note={EXPLANATION} />
      <Picture analysis={analysis} tree={exact} title="The exact tree" note={proven} />
    </>
  );
}

interface Props {
  readonly analysis: Analysis;
  readonly tree: PublishedTree;
  readonly title: string;
  readonly note: ComponentChildren;
}

function Picture({ analysis, tree, title, note }: Props) {
  const root = nodesOf(tree, analysis.rules.design);
  const classes = classesOf(analysis);
  const nodes = inReadingOrder(root);
  const leaves = nodes.filter(({ children }) => children.length === 0).length;
  const levels = Math.max(...nodes.map(({ depth }) => depth));
  const finding = `${title} decides by ${counted(leaves, 'leaf', 'leaves')} and matches ${percent(tree.match_rate)} of the rows that it was fitted to.`;
  const id = truncate(analysis.agent_id_base, 60);
  return (
    <Figure
      title={finding}
      note={note}
      table={
        <DataTable
          caption={`${title} of ${id}`}
          rows={nodes}
          columns={[
            ['Rows where', ({ condition }) => <Name text={condition} max={160} />],
            ['Depth', ({ depth }) => depth, 'num'],
            ['Rows', ({ rows }) => count(rows), 'num'],
            ['Commonest decision', ({ majority }) => <Name text={classes.labelOf(majority)} />],
            ['Its share', ({ purity }) => percentFine(purity), 'num'],
            ['Ends here', endOf],
          ]}
        />
      }
    >
      <Legend classes={classes} />
      {levels > 0 && (
        <p class={`note scrolls levels-${levels}`}>
          The picture is wider than the page: it scrolls sideways.
        </p>
      )}
      <Scroll label={`Picture: ${title} of ${id}`}>
        <TreeChart finding={finding} root={root} classes={classes} />
      </Scroll>
    </Figure>
  );
}

function Legend({ classes }: { readonly classes: ShownClasses }) {
  const names = [
    ...classes.shown.map((index) => <Name text={classes.labelOf(index)} max={60} />),
    ...(classes.others > 0 ? [counted(classes.others, 'other decision')] : []),
  ];
  return (
    <ul class="legend">
      {names.map((name, place) => (
        <li>
          <svg width="10" height="10" aria-hidden="true">
            <rect class={`class-${place}`} width="10" height="10" />
          </svg>{' '}
          {name}
        </li>
      ))}
    </ul>
  );
}

function endOf({ hidden, children }: TreeNode): string {
  return hidden ? 'no, more below' : children.length === 0 ? 'yes' : 'no';
}

function provenIn({ optimality, gap }: { readonly optimality: string; readonly gap: number }): string {
  if (optimality === 'proven') return 'proven best: no tree of this depth matches more rows';
  if (optimality === 'proven_over_candidates') return 'proven best of the splits that were considered';
  if (optimality === 'time_limited') {
    return `its search was cut off: a better one could match ${percentFine(gap)} of the rows more at the most`;
  }
  return `${truncate(optimality, 80)}, gap ${percentFine(gap)}`;
}
