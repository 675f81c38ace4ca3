import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { list, requiredTexts, score, text, texts, wholeScore } from '../../src/agents/answer.ts';
import { FAMILIES } from '../../src/agents/registry.ts';
import { at, isObject } from '../../src/shared/json.ts';

describe('a number of an answer', () => {
  it('may be quoted', () => {
    expect(['85', ' 85 ', '85.5', '+8.5e1', 85, 0, 100].map((value) => score.parse(value))).toEqual([
      85, 85, 85.5, 85, 85, 0, 100,
    ]);
  });

  it.each([
    '',
    '  ',
    'high',
    '0x10',
    'nan',
    'inf',
    '1e999',
    true,
    false,
    null,
    [85],
    {},
    undefined,
    -0.1,
    100.1,
    '101',
  ])('is not %j', (value) => {
    expect(score.safeParse(value).success).toBe(false);
  });

  it('is whole where it must be, however it is written', () => {
    expect([85, 85.0, '85', '85.0'].map((value) => wholeScore.parse(value))).toEqual([85, 85, 85, 85]);
    for (const value of [85.5, '85.5', true, null, '', 101, -1]) {
      expect(wholeScore.safeParse(value).success, String(value)).toBe(false);
    }
  });
});

describe('a list of an answer', () => {
  it('may be written as text', () => {
    expect(requiredTexts.parse('["a", "b"]')).toEqual(['a', 'b']);
    expect(list(z.array(z.int())).parse('[]')).toEqual([]);
  });

  it.each(['', 'a, b', '{"a": 1}', '"a"', '[1]', '["a"', null, {}, [null]])('is not %j', (value) => {
    expect(requiredTexts.safeParse(value).success).toBe(false);
  });

  it('is empty when left out where it may be', () => {
    expect(texts.parse(undefined)).toEqual([]);
    expect(texts.parse('["a"]')).toEqual(['a']);
    expect(requiredTexts.safeParse(undefined).success).toBe(false);
  });
});

test('text may be left out but is not null', () => {
  expect(text.parse(undefined)).toBe('');
  expect(text.safeParse(null).success).toBe(false);
});

describe.each(FAMILIES.flatMap(({ id, replay }) => (replay ? [{ id, replay }] : [])))(
  'the schema of $id, as it is sent',
  ({ replay }) => {
    const schema = transformJSONSchema(z.toJSONSchema(replay.answer, { io: 'output' }) as never);
    const nodes = [...walk(schema)];

    it('is an object, and every object in it is closed and lists its properties', () => {
      expect(at(schema as never, 'type')).toBe('object');
      for (const node of nodes.filter((inner) => at(inner, 'type') === 'object')) {
        expect(at(node, 'additionalProperties')).toBe(false);
        expect(isObject(at(node, 'properties'))).toBe(true);
      }
    });

    it('needs no definitions and knows no more optional fields and unions than the service allows', () => {
      expect(JSON.stringify(schema)).not.toMatch(/\$ref|\$defs/);
      const optional = nodes.map((node) => {
        const properties = at(node, 'properties');
        const required = at(node, 'required');
        if (!isObject(properties)) return 0;
        return Object.keys(properties).length - (Array.isArray(required) ? required.length : 0);
      });
      expect(optional.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(24);
      expect(nodes.filter((node) => at(node, 'anyOf')).length).toBeLessThanOrEqual(16);
    });

    it('says nothing of defaults', () => {
      expect(JSON.stringify(schema)).not.toContain('default');
    });
  },
);

test('the eight families that ask a model are replayed, two of them asked it in a loop with tools', () => {
  const replayed = FAMILIES.filter(({ replay }) => replay);
  expect(replayed.map(({ id }) => id)).toEqual(
    FAMILIES.filter(({ kind }) => kind === 'llm').map(({ id }) => id),
  );
  expect(replayed).toHaveLength(8);
  expect(replayed.filter(({ replay }) => replay?.toolLoop).map(({ id }) => id)).toEqual([
    'sector_quant',
    'sector_qual',
  ]);
});

function* walk(value: unknown): Generator<{ readonly [key: string]: unknown }> {
  if (Array.isArray(value)) for (const element of value) yield* walk(element);
  if (!isObject(value)) return;
  yield value;
  for (const inner of Object.values(value)) yield* walk(inner);
}
