import type { Json } from '../e2e/program.ts';

/** Properties of a resource as the call of Batch takes them; the keys of free maps stay. */
export function requestOf(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map((one) => requestOf(one));
  if (typeof value !== 'object') return value;
  if (['Tags', 'Options'].includes(key)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      requestOf(one, name),
    ]),
  );
}
