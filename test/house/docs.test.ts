import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/docs.ts';

test.each(Object.entries(generatedFiles()))('%s is what `npm run docs` writes', (path, content) => {
  expect(readFileSync(path, 'utf8')).toBe(content);
});
