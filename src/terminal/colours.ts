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
