import { type Paint, paintFor } from './colours.ts';

/** What lines are made for. */
export interface Page {
  /** Columns that a line may have. */
  readonly width: number;
  readonly paint: Paint;
}

const WIDEST = 100;
const USUAL = 80;

/** A terminal's own width, else 80 columns; colours as Node decides. */
export function pageOf(stream: NodeJS.WriteStream): Page {
  return { width: Math.min(stream.columns || USUAL, WIDEST), paint: paintFor(stream) };
}
