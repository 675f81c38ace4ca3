import type { ComponentChildren, VNode } from 'preact';
import { truncateWithCount } from '../../shared/truncate.ts';
import { Scroll } from './scroll.tsx';

/** A column: what stands at its head, a text or a term, what it shows of a row, and whether it is set to the right, its
 * digits below each other. */
export type Column<Row> = readonly [
  head: string | VNode,
  cell: (row: Row) => ComponentChildren,
  side?: 'num',
];

interface Props<Row> {
  /** What the table shows, and of whom: no two tables have the same. */
  readonly caption: string;
  readonly rows: readonly Row[];
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
}

export function DataTable<Row>({ caption, rows, columns }: Props<Row>) {
  const label = truncateWithCount(caption, 200);
  return (
    <Scroll label={label}>
      <table>
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
              {columns.map(([, cell, side], index) =>
                index === 0 ? (
                  <th scope="row" class={side}>
                    {cell(row)}
                  </th>
                ) : (
                  <td class={side}>{cell(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
