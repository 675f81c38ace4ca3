import type { ComponentChildren } from 'preact';
import { truncateWithCount } from '../../shared/truncate.ts';
import { Scroll } from './scroll.tsx';

interface Column {
  readonly head: string;
  /** Set to the right, its digits below each other. */
  readonly number?: boolean;
}

interface Props {
  /** What the table shows, and of whom: no two tables have the same. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of each names its row. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

export function DataTable({ caption, columns, rows }: Props) {
  const label = truncateWithCount(caption, 200);
  const side = (index: number) => (columns[index]?.number ? 'num' : undefined);
  return (
    <Scroll label={label}>
      <table>
        <caption class="unseen">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ head }, index) => (
              <th scope="col" class={side(index)}>
                {truncateWithCount(head, 80)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others]) => (
            <tr>
              <th scope="row" class={side(0)}>
                {first}
              </th>
              {others.map((cell, index) => (
                <td class={side(index + 1)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
