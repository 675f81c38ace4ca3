import { table } from './table.ts';

/** Something that must hold. */
export interface Bar {
  readonly what: string;
  /** How much is wanted, in words. */
  readonly wanted: string;
  readonly measured: string;
  /** Undefined when this run could not tell. */
  readonly met: boolean | undefined;
}

/** What a section of the bench found. */
export interface Report {
  readonly title: string;
  /** Paragraphs and tables. */
  readonly parts: readonly string[];
  readonly bars: readonly Bar[];
}

export function showReport({ title, parts }: Report): string {
  return [`## ${title}`, ...parts].join('\n\n');
}

export function showBars(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, wanted, measured, met }) => [
    what,
    wanted,
    measured,
    met === undefined ? 'not told' : met ? 'met' : '**not met**',
  ]);
  return ['## Bars', table(['bar', 'wanted', 'measured', ''], rows, 4)].join('\n\n');
}
