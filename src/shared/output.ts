import { writeSync } from 'node:fs';

/** Writes a text, printable, to stdout (1) or stderr (2) before it returns, for the process may be about to be killed.
 * What nobody reads any more, or a full disk does not take, is left out: it ends no run. */
export function writeOutput(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(printable(text));
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      // A pipe takes what it has room for: its reader makes some.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The text with control characters, line feeds aside, bidirectional overrides and line separators spelt out
 * (`\u001b`): what others wrote cannot steer a terminal. JSON stays the same JSON. */
export function printable(text: string): string {
  return text.replace(
    /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value with all texts in it printable. */
export function printableDeep<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(printableDeep) as T;
  const entries = Object.entries(value).map(([key, item]) => [printable(key), printableDeep(item)]);
  return Object.fromEntries(entries) as T;
}
