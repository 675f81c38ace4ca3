const DIGITS = '\\d+(?:_\\d+)*';
const NUMBER = new RegExp(`^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`, 'i');
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;

/** A word between blanks. Python's blanks are JavaScript's with the next-line character and without the byte
 * order mark. */
const WORD = /^(?:(?!\ufeff)\s|\x85)*([\w.+-]+)(?:(?!\ufeff)\s|\x85)*$/;

/** What Python's `float(value)` makes of a JSON value, or undefined where it raises. Digits are ASCII digits. */
export function pythonFloat(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? parse(WORD.exec(value)?.[1] ?? '') : undefined;
}

function parse(word: string): number | undefined {
  if (NUMBER.test(word)) return Number(word.replaceAll('_', ''));
  if (NOT_A_NUMBER.test(word)) return Number.NaN;
  const infinite = INFINITE.exec(word);
  if (!infinite) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
