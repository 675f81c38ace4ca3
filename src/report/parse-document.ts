import type { z } from 'zod';

/** Reads a document that an older version may have written, or anyone: `value`, which was parsed for this, is changed. On
 * `rowsStandAlone` a row in which something is wrong costs that row. The document is null where it is none of the schema;
 * the faults are of it, or of the rows that were left out. */
export function parseDocument<S extends z.ZodType>(
  schema: S,
  value: unknown,
  rowsStandAlone: boolean,
): { readonly document: z.output<S> | null; readonly faults: readonly string[] } {
  const { data, error } = schema.safeParse(value);
  if (!error) return { document: data as z.output<S>, faults: [] };
  const faults = error.issues.map(inWords);
  const rows = error.issues.map(({ path }) => path.slice(0, path.findIndex(Number.isInteger) + 1));
  if (!rowsStandAlone || rows.some(({ length }) => length === 0)) {
    return { document: null, faults: faults.slice(0, 1) };
  }
  for (const list of new Set(rows.map((row) => at(value, row.slice(0, -1)) as unknown[]))) {
    const wrong = new Set(rows.map((row) => at(value, row)));
    list.splice(0, list.length, ...list.filter((row) => !wrong.has(row)));
  }
  return { document: schema.parse(value), faults };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown>)[step], value);
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  // The path leads to where something is missing.
  const wrong = message.replace('received undefined', 'found nothing');
  return `expected a file of this version, found at ${path.join('.') || 'its root'}: ${wrong}`;
}
