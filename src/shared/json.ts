/** A parsed JSON object. Read it through the functions below: they look at own properties only, so that a
 * key named `__proto__` or `constructor` is data like any other. */
export type JsonObject = { readonly [key: string]: unknown };

/** What JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Largest magnitude of a float32, the precision in which rules are fitted; anything beyond is no measurement. */
const MAX_FLOAT32 = 3.4028234663852886e38;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an error says that a value is nested too deep: JSON is parsed without recursion, and written with it. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(error.message);
}

/** What stands under a path of keys; undefined where a key is absent, or what should hold it is no object. */
export function at(object: JsonObject | undefined, ...path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** The object under a path, or undefined when it is absent or of another type. */
export function objectAt(object: JsonObject | undefined, ...path: readonly string[]): JsonObject | undefined {
  const value = at(object, ...path);
  return isObject(value) ? value : undefined;
}

/** The list under a path, or undefined when it is absent or of another type. */
export function arrayAt(
  object: JsonObject | undefined,
  ...path: readonly string[]
): readonly unknown[] | undefined {
  const value = at(object, ...path);
  return Array.isArray(value) ? value : undefined;
}

/** The objects in the list under a path; elements of another type are left out. */
export function objectsAt(object: JsonObject | undefined, ...path: readonly string[]): readonly JsonObject[] {
  return (arrayAt(object, ...path) ?? []).filter(isObject);
}

export function stringAt(object: JsonObject | undefined, ...path: readonly string[]): string | undefined {
  const value = at(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The strings in the list under `key`, elements of another type left out, or undefined when it is no list. */
export function stringsAt(object: JsonObject | undefined, key: string): readonly string[] | undefined {
  return arrayAt(object, key)?.filter((element) => typeof element === 'string');
}

/** The number under a path, or NaN (missing) when it is absent, of another type or beyond float32. */
export function numberAt(object: JsonObject | undefined, ...path: readonly string[]): number {
  const value = at(object, ...path);
  return typeof value === 'number' && Math.abs(value) <= MAX_FLOAT32 ? value : Number.NaN;
}

/** The boolean under `key` as 1 or 0, or NaN (missing) when it is absent or of another type. */
export function flagAt(object: JsonObject | undefined, key: string): number {
  const value = at(object, key);
  return typeof value === 'boolean' ? Number(value) : Number.NaN;
}

/** The object that a text holds as JSON; undefined for any other text. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
