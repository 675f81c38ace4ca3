import { type Paint, paintFor, plain } from './colours.ts';

/** What lines are made for. */
export interface Page {
  /** Columns that a line may have. */
  readonly width: number;
  readonly paint: Paint;
}

const WIDEST = 100;
const USUAL = 80;

/** A terminal's own width and colours; of anything else 80 columns and none. */
export function pageOf(stream: NodeJS.WriteStream): Page {
  if (!stream.isTTY) return { width: USUAL, paint: plain };
  return { width: Math.min(stream.columns || USUAL, WIDEST), paint: paintFor(stream) };
}
