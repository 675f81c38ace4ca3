import { truncate } from '../shared/truncate.ts';
import type { Style } from './colours.ts';
import type { Page } from './page.ts';

export interface Column {
  readonly heading: string;
  readonly align?: 'left';
}

export type Cell = string | { readonly text: string; readonly style: Style };

/** Rows under headings, each line within the page: where it is too narrow the gaps shrink, then the first column. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint }: Page,
): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => textOf(row[index] ?? '').length)),
  );
  const sum = widths.reduce((total, one) => total + one, 0);
  const gap = sum + 2 * (columns.length - 1) > width ? 1 : 2;
  const first = (widths[0] ?? 0) - Math.max(0, sum + gap * (columns.length - 1) - width);
  const shown = [Math.max(first, 1), ...widths.slice(1)];
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, index) => {
        const room = shown[index] as number;
        const text = truncate(textOf(cell), room);
        const blanks = ' '.repeat(room - [...text].length);
        const painted = typeof cell === 'string' ? text : paint(cell.style, text);
        const left = index === 0 || columns[index]?.align === 'left';
        return left ? `${painted}${blanks}` : `${blanks}${painted}`;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const headings = columns.map(({ heading }): Cell => ({ text: heading, style: 'faint' }));
  return [headings, ...rows].map(line);
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
