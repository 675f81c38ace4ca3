import { styleText } from 'node:util';

const STYLES = {
  good: 'green',
  bad: 'red',
  unsure: 'yellow',
  strong: 'bold',
  faint: 'dim',
} as const;

export type Style = keyof typeof STYLES;

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours as Node decides for the stream: by what it is, NO_COLOR, FORCE_COLOR and TERM. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => (text === '' ? '' : styleText(STYLES[style], text, { stream }));
}

/** Whether Node would colour what goes to the stream. */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return paintFor(stream)('bad', '.') !== '.';
}

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
