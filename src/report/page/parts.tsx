import type { ComponentChildren, VNode } from 'preact';
import { ACTIONS, type Action } from '../../results/advice.ts';
import { analysisKey } from '../../results/analysis.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { ControlData } from '../data.ts';
import { hrefOf } from '../links.ts';

export const SYMBOLS: Readonly<Record<Action, string>> = {
  replace: '◆',
  switch: '⇄',
  keep: '✓',
  wait: '○',
  stale: '◌',
  do_not_act: '✕',
  not_measured: '?',
};

export function Chip({ action }: { readonly action: Action }) {
  return (
    <span class={`chip ${action}`}>
      <span aria-hidden="true">{SYMBOLS[action]}</span> {ACTIONS[action]}
    </span>
  );
}

/** Longer names may break anywhere, so that no table grows by them. */
const MAX_UNBROKEN = 28;

const PART_END = /(?<=[a-z0-9][_:/=](?=[a-z0-9]))/i;

/** A name from data: a key, a field, a label. It `breaks` between its parts where there is little room. */
export function Name({ text, max = 100, breaks }: { text: string; max?: number; breaks?: boolean }) {
  const shown = truncateWithCount(text, max);
  return (
    <span class={text.length > MAX_UNBROKEN ? 'name long' : 'name'}>
      {breaks ? shown.split(PART_END).map((part, index) => (index === 0 ? part : [<wbr />, part])) : shown}
    </span>
  );
}

/** Bytes of the longest key of S3: what is longer is no object's key. */
const MAX_KEY = 1024;

/** A link to an object of a store. */
export function ObjectLink({
  store,
  objectKey,
  text = objectKey,
}: {
  store: string;
  objectKey: string;
  text?: string;
}) {
  if (objectKey.length > MAX_KEY) return <Name text={text} max={120} />;
  return (
    <a class="name long" href={hrefOf(store, objectKey.toWellFormed())} rel="noreferrer">
      {truncateWithCount(text, 120)}
    </a>
  );
}

/** A link to an agent's analysis; a dash where there is none. */
export function AnalysisLink({ store, agent, text }: { store: string; agent: ControlData; text: string }) {
  const { id, analysis } = agent;
  if (!analysis) return <>–</>;
  return <ObjectLink store={store} objectKey={analysisKey(analysis.kind, id, analysis.run_id)} text={text} />;
}

/** What may be wider than the page: it scrolls by itself, by the keyboard too. `label` tells it from all others. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** A column: what stands at its head, a text or a term, what it shows of a row, and whether it is set to the right, its
 * digits below each other. */
export type Column<Row> = readonly [
  head: string | VNode,
  cell: (row: Row) => ComponentChildren,
  side?: 'num',
  /** What else is the class of a cell. */
  tone?: (row: Row) => string,
];

interface TableProps<Row> {
  /** What the table shows, and of whom: no two tables have the same. */
  readonly caption: string;
  readonly rows: readonly Row[];
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  /** A table with a style of its own. In the overview each cell says what it is: on a phone they stand below each other. */
  readonly kind?: 'overview' | 'confusion';
}

export function DataTable<Row>({ caption, rows, columns, kind }: TableProps<Row>) {
  const label = truncateWithCount(caption, 200);
  return (
    <Scroll label={label}>
      <table class={kind}>
        <caption class="unseen">{label}</caption>
        <thead>
          <tr>
            {columns.map(([head, , side]) => (
              <th scope="col" class={side}>
                {typeof head === 'string' ? truncateWithCount(head, 80) : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(([head, cell, side, tone], index) =>
                index === 0 ? (
                  <th scope="row" class={side}>
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    class={tone ? `${side} ${tone(row)}` : side}
                    data-head={kind === 'overview' ? head : undefined}
                  >
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface FigureProps {
  readonly title: string;
  /** What is to be known to read it. */
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
  /** The same numbers as a table. */
  readonly table?: ComponentChildren;
}

export function Figure({ title, note, children, table }: FigureProps) {
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong>
        {note && <span class="note">{note}</span>}
      </figcaption>
      {children}
      {table && (
        <details class="behind">
          <summary>Table</summary>
          {table}
        </details>
      )}
    </figure>
  );
}

/** Terms, each with what is said of it. */
export function Facts({ of }: { readonly of: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <dl class="facts">
      {Object.entries(of).map(([term, fact]) => (
        <div>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a cell shows, and below it, smaller, what is to be known of that. */
export function withSub(shown: ComponentChildren, ...below: readonly (string | false | null | undefined)[]) {
  return (
    <>
      {shown} {below.map((sub) => sub && <span class="sub">{sub}</span>)}
    </>
  );
}
