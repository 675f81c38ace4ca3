import { z } from 'zod';

/** The schemas that a schema is made of, itself first, each with the path to it. */
export function* partsOf(schema: z.core.$ZodType, path = ''): Generator<readonly [string, z.core.$ZodType]> {
  yield [path, schema];
  for (const [step, inner] of innerOf(schema)) yield* partsOf(inner, path + step);
}

function innerOf(schema: z.core.$ZodType): readonly (readonly [string, z.core.$ZodType])[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(schema.shape).map(([key, inner]) => [`.${key}`, inner]);
  }
  if (schema instanceof z.ZodArray) return [['[]', schema.element]];
  if (schema instanceof z.ZodRecord) return [['{}', schema.valueType]];
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => ['', option]);
  if (isWrapper(schema)) return [['', schema.unwrap()]];
  return [];
}

function isWrapper(schema: z.core.$ZodType) {
  return (
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault
  );
}

/** A key of a schema: what stands under it, which several schemas may share. */
export interface Key {
  readonly path: string;
  readonly name: string;
  readonly field: z.core.$ZodType;
}

/** The keys of all objects of a schema. */
export function keysOf(schema: z.core.$ZodType): Key[] {
  return [...partsOf(schema)].flatMap(([path, part]) =>
    part instanceof z.ZodObject
      ? Object.entries<z.core.$ZodType>(part.shape).map(([name, field]) => {
          return { path: `${path}.${name}`, name, field };
        })
      : [],
  );
}

/** The keys of a schema that a value of it has. Throws UnknownKey where the value has others. */
export function keysIn(schema: z.core.$ZodType, value: unknown, path = ''): Key[] {
  if (typeof value !== 'object' || value === null || schema instanceof z.ZodUnknown) return [];
  if (isWrapper(schema)) return keysIn(schema.unwrap(), value, path);
  if (schema instanceof z.ZodUnion) return keysOfFitting(schema.options, value, path);
  return Object.entries(value).flatMap(([name, inner]) => {
    if (schema instanceof z.ZodArray) return keysIn(schema.element, inner, `${path}[]`);
    if (schema instanceof z.ZodRecord) return keysIn(schema.valueType, inner, `${path}{}`);
    const { shape, def } = schema as z.ZodObject;
    const field = shape[name];
    if (field) return [{ path: `${path}.${name}`, name, field }, ...keysIn(field, inner, `${path}.${name}`)];
    if (def.catchall) return [];
    throw new UnknownKey(`${path}.${name}`);
  });
}

/** Of the options that fit, that without an unknown key. */
function keysOfFitting(options: readonly z.core.$ZodType[], value: unknown, path: string): Key[] {
  let unknown = new UnknownKey(path);
  for (const option of options) {
    if (!z.safeParse(option, value).success) continue;
    try {
      return keysIn(option, value, path);
    } catch (error) {
      if (!(error instanceof UnknownKey)) throw error;
      if (error.path.length > unknown.path.length) unknown = error;
    }
  }
  throw unknown;
}

class UnknownKey extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`expected a key of the schema, found ${path}`);
    this.path = path;
  }
}
