export type Cell = string | number | undefined;

/** A table in markdown: the first columns are text, those from `numbersFrom` on numbers. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbersFrom = 1,
): string {
  const rule = headings.map((_, column) => (column < numbersFrom ? '---' : '---:'));
  const lines = [headings, rule, ...rows.map((cells) => cells.map((cell) => cell ?? '–'))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three figures that count, thousands apart. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
