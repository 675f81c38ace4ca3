import { sum } from 'd3-array';
import { truncate } from '../shared/truncate.ts';
import type { Page, Style } from './page.ts';

const LABEL_WIDTH = 9;
const HARD_BLANK = '\u00a0';

/** What is said, where there is something to say. */
type Text = string | false | null | undefined;

/** Things in a row, none of which is broken over two lines. */
export function listed(things: readonly string[]): string {
  return things.map((thing) => thing.replaceAll(' ', HARD_BLANK)).join(', ');
}

/** A text of words within the page; its later lines are indented. A word that is longer than a line, as a URI is, stays
 * whole. No lines without a text. */
export function paragraph(text: Text, { width }: Pick<Page, 'width'>, indent = 2): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of (text || '').split(/[ \n]+/).filter(Boolean)) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (longer.length > width && line.trim() !== '') {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else {
      line = longer;
    }
  }
  if (line.trim() !== '') lines.push(line);
  return lines.map((one) => one.replaceAll(HARD_BLANK, ' '));
}

/** A paragraph behind a label; its lines stand under each other. Nothing without a text. */
export function labelled(
  label: string,
  text: Text,
  page: Page,
  style: Style = 'strong',
  labelWidth = LABEL_WIDTH,
): string[] {
  const lines = paragraph(text, { width: page.width - labelWidth }, 0);
  return lines.map((line, index) =>
    index === 0
      ? `${page.paint(style, label)}${' '.repeat(Math.max(1, labelWidth - label.length))}${line}`
      : `${' '.repeat(labelWidth)}${line}`,
  );
}

/** A column: its heading, what it shows of a row, and whether it is set to the left, as the first always is. */
export type Column<Row> = readonly [heading: string, cell: (row: Row) => string, side?: 'left'];

/** Rows under headings, each line within the page: where it is too narrow the gaps shrink, then the first column. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, paint }: Page,
): string[] {
  const headings = columns.map(([heading]) => heading);
  const texts = rows.map((row) => columns.map(([, cell]) => cell(row)));
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const all = sum(widths);
  const gap = all + 2 * (columns.length - 1) > width ? 1 : 2;
  const first = (widths[0] ?? 0) - Math.max(0, all + gap * (columns.length - 1) - width);
  const shown = [Math.max(first, 1), ...widths.slice(1)];
  const line = (cells: readonly string[], painted = (text: string) => text) =>
    cells
      .map((cell, index) => {
        const room = shown[index] as number;
        const text = truncate(cell, room);
        const blanks = ' '.repeat(room - [...text].length);
        const isLeft = index === 0 || columns[index]?.[2] === 'left';
        return isLeft ? `${painted(text)}${blanks}` : `${blanks}${painted(text)}`;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [line(headings, (text) => paint('faint', text)), ...texts.map((row) => line(row))];
}
