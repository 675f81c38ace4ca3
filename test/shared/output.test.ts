import { expect, it } from 'vitest';
import { printable, printableDeep } from '../../src/shared/output.ts';

it.each([
  ['a title and a colour', '\u001b]0;owned\u0007\u001b[31mred', '\\u001b]0;owned\\u0007\\u001b[31mred'],
  ['controls of the second set', '\u009b2K\u0085\u007f', '\\u009b2K\\u0085\\u007f'],
  ['overrides of direction', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
  ['separators of lines', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['a line that is written over', 'OK\rERROR\b', 'OK\\u000dERROR\\u0008'],
])('spells out %s', (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('leaves line feeds and the letters of every script', () => {
  const text = 'one\ntwo – žluťoučký 日本語 שלום 👩‍👩‍👧';
  expect(printable(text)).toBe(text);
});

it('leaves JSON the same JSON', () => {
  const document = { '\u009b': ['\u202e', { text: '\u001b[2J\u007f' }], n: 1, none: null };
  expect(JSON.parse(printable(JSON.stringify(document, null, 2)))).toEqual(document);
});

it('reaches keys and texts at any depth', () => {
  expect(printableDeep({ '\u009b': ['\u202e', { text: '\u001b' }], n: 1, none: null })).toEqual({
    '\\u009b': ['\\u202e', { text: '\\u001b' }],
    n: 1,
    none: null,
  });
});
