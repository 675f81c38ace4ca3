import { describe, expect, it } from 'vitest';
import { parseObject } from '../../src/corpus/parse.ts';
import { LoadError } from '../../src/shared/errors.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function complaint(input: Uint8Array): string {
  try {
    parseObject(input);
  } catch (error) {
    expect(error).toBeInstanceOf(LoadError);
    return (error as Error).message;
  }
  throw new Error('expected the bytes to be refused');
}

describe('parseObject', () => {
  it('reads NaN and infinities outside strings as missing, as their writer would', () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity, 1], "NaN": "NaN and \\"Infinity\\" \\\\", "c": NaN}';
    expect(parseObject(bytes(text))).toEqual({
      a: null,
      b: [null, null, 1],
      NaN: 'NaN and "Infinity" \\',
      c: null,
    });
  });

  it('accepts a byte-order mark', () => {
    expect(parseObject(bytes('\ufeff{"a": 1}'))).toEqual({ a: 1 });
  });

  it('keeps __proto__ as data', () => {
    const value = parseObject(bytes('{"__proto__": {"polluted": true}}'));
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('reads 100,000 nested lists', () => {
    expect(parseObject(bytes(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`))).toHaveProperty('a');
  });

  it.each([
    ['zero bytes', new Uint8Array(), 'zero bytes'],
    ['a list', bytes('[1]'), 'a list'],
    ['null', bytes('null'), 'null'],
    ['a number', bytes('7'), 'a number'],
    ['a bare NaN', bytes('NaN'), 'null'],
    ['broken JSON', bytes('{"a": 1'), 'expected JSON'],
    ['broken JSON with a NaN in it', bytes('{"a": NaN, "b"'), 'expected JSON'],
    ['an unclosed string', bytes('{"a": NaN, "b'), 'expected JSON'],
    ['words that only look bare', bytes('{"a": NaNN}'), 'expected JSON'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'UTF-8'],
    ['100,000 unclosed brackets', bytes('['.repeat(1e5)), 'expected JSON'],
  ])('refuses %s', (_, input, why) => {
    const message = complaint(input);
    expect(message).toContain(why);
    expect(message.length).toBeLessThan(300);
  });
});
