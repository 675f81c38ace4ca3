import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { JsonSchema } from '../request.ts';

/** A schema as `strict` wants it: every property required, those that may be left out nullable, and keywords that
 * services do not enforce told in words. */
export function strictSchema(schema: JsonSchema): JsonSchema {
  return allRequired(transformJSONSchema(schema as never) as JsonSchema);
}

function allRequired(schema: JsonSchema): JsonSchema {
  const {
    properties,
    required = [],
    ...rest
  } = mapped(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  if (!properties) return rest;
  const nullable = Object.entries(properties).map(([name, inner]) => [
    name,
    required.includes(name) ? inner : { anyOf: [inner, { type: 'null' }] },
  ]);
  return { ...rest, properties: Object.fromEntries(nullable), required: Object.keys(properties) };
}

/** The schema with every schema in it made strict. */
function mapped(schema: JsonSchema): JsonSchema {
  const each = (inner: unknown) => allRequired(inner as JsonSchema);
  const result = { ...schema };
  for (const key of ['properties', '$defs']) {
    const named = Object.entries(schema[key] ?? {}).map(([name, inner]) => [name, each(inner)]);
    if (key in schema) result[key] = Object.fromEntries(named);
  }
  for (const key of ['anyOf', 'allOf']) {
    if (key in schema) result[key] = (schema[key] as unknown[]).map(each);
  }
  if ('items' in schema) result.items = each(schema.items);
  return result;
}

/** An answer without the nulls that stand for what was left out. */
export function withoutNulls(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one, (schema.items ?? {}) as JsonSchema));
  const { properties, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  if (!properties || typeof value !== 'object' || value === null) return value;
  const isSaid = ([name, inner]: [string, unknown]) => inner !== null || required.includes(name);
  const said = Object.entries(value).filter((entry) => isSaid(entry) || !Object.hasOwn(properties, entry[0]));
  const read = ([name, inner]: [string, unknown]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [name, own ? withoutNulls(inner, own) : inner];
  };
  return Object.fromEntries(said.map(read));
}
