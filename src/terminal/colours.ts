import { styleText } from 'node:util';

const STYLES = {
  good: 'green',
  bad: 'red',
  unsure: 'yellow',
  strong: 'bold',
  faint: 'dim',
  moving: 'cyan',
} as const;

export type Style = keyof typeof STYLES;

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** For what is no terminal. */
export const plain: Paint = (_style, text) => text;

/** Colours where the stream is a terminal that has them; none at all where NO_COLOR is set and not empty. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  if (process.env.NO_COLOR) return plain;
  return (style, text) => (text === '' ? '' : styleText(STYLES[style], text, { stream }));
}
