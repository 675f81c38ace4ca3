import type { Style } from './colours.ts';
import type { Page } from './page.ts';

const LABEL_WIDTH = 9;
const HARD_BLANK = '\u00a0';

/** Things in a row, none of which is broken over two lines. */
export function listed(things: readonly string[]): string {
  return things.map((thing) => thing.replaceAll(' ', HARD_BLANK)).join(', ');
}

/** A text of words within the page; its later lines are indented. A word that is longer than a line, as a URI is, stays
 * whole. */
export function paragraph(text: string, { width }: Pick<Page, 'width'>, indent = 2): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \n]+/).filter(Boolean)) {
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
  text: string | undefined,
  page: Page,
  style: Style = 'strong',
  labelWidth = LABEL_WIDTH,
): string[] {
  const lines = paragraph(text ?? '', { width: page.width - labelWidth }, 0);
  return lines.map((line, index) =>
    index === 0
      ? `${page.paint(style, label)}${' '.repeat(Math.max(1, labelWidth - label.length))}${line}`
      : `${' '.repeat(labelWidth)}${line}`,
  );
}
