/** A shape of the SDK's service models, as its `schemas` hold them: a code for a simple type, or a tuple that begins
 * with what it is. */
export type Shape = unknown;

const TYPES: Readonly<Record<number, string>> = { 0: 'string', 1: 'number', 2: 'boolean' };
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const LIST_OF = 64;
const MAP_OF = 128;

/** What in `value` the service would not accept: unknown and missing fields, values of the wrong type. */
export function faultsOf(shape: Shape, value: unknown, path = '$'): string[] {
  if (typeof shape === 'function') return faultsOf(shape(), value, path);
  if (typeof shape === 'number') return simpleFaults(shape, value, path);
  if (!Array.isArray(shape)) throw new Error(`${path}: a shape that this test does not know: ${shape}`);
  switch (shape[0]) {
    case LIST:
      return listFaults(shape[4], value, path);
    case MAP:
      return mapFaults(shape[5], value, path);
    case STRUCTURE:
      return structureFaults(shape, value, path);
    default:
      throw new Error(`${path}: a shape that this test does not know: ${shape[0]}`);
  }
}

function structureFaults(shape: readonly unknown[], value: unknown, path: string): string[] {
  const [names, members, required = 0] = shape.slice(4) as [string[], Shape[], number?];
  if (!isObject(value)) return [`${path}: expected an object`];
  const missing = names.slice(0, required).filter((name) => !(name in value));
  const given = Object.entries(value).flatMap(([name, one]) => {
    const index = names.indexOf(name);
    return index < 0 ? [`${path}.${name}: unknown`] : faultsOf(members[index], one, `${path}.${name}`);
  });
  return [...missing.map((name) => `${path}.${name}: missing`), ...given];
}

function simpleFaults(code: number, value: unknown, path: string): string[] {
  if (code & MAP_OF) return mapFaults(code & ~MAP_OF, value, path);
  if (code & LIST_OF) return listFaults(code & ~LIST_OF, value, path);
  const type = TYPES[code];
  if (!type) throw new Error(`${path}: a simple type that this test does not know: ${code}`);
  const found: string = typeof value;
  return found === type ? [] : [`${path}: expected a ${type}, found a ${found}`];
}

function listFaults(member: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: expected a list`];
  return value.flatMap((one, index) => faultsOf(member, one, `${path}[${index}]`));
}

function mapFaults(member: Shape, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path}: expected an object`];
  return Object.entries(value).flatMap(([key, one]) => faultsOf(member, one, `${path}.${key}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
