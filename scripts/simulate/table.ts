/** One part of the report. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What the table has to show, and whether it does. */
  readonly findings: readonly { readonly text: string; readonly holds: boolean }[];
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** As Markdown. */
export function render({ title, columns, rows, findings }: Section): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const table = [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
  const told = findings.map(({ text, holds }) => `- ${holds ? 'holds' : 'DOES NOT HOLD'}: ${text}`);
  return [`### ${title}`, '', ...table, '', ...told, ''].join('\n');
}
