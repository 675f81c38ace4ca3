import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { DOCUMENTS, schemaFiles } from '../../scripts/schemas.ts';
import { keysOf, partsOf } from './walk.ts';

it('the JSON Schemas are those of the code: `npm run schemas` writes them', () => {
  const files = schemaFiles();
  expect(
    readdirSync('schemas')
      .map((name) => `schemas/${name}`)
      .sort(),
  ).toEqual(Object.keys(files).sort());
  for (const [path, text] of Object.entries(files)) expect(readFileSync(path, 'utf8'), path).toBe(text);
});

it.each(Object.entries(DOCUMENTS))('%s says of every key what it means', (_name, document) => {
  const keys = keysOf(document);
  expect(keys.length).toBeGreaterThan(4);
  const silent = keys.filter(
    ({ path, field }) =>
      !/^\.(summary|lists)$/.test(path) &&
      ![...partsOf(field)].some(([inside, part]) => inside === '' && meaningOf(part)),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

function meaningOf(part: z.core.$ZodType): string | undefined {
  return (part as z.ZodType).description;
}
