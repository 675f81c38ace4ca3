import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/docs.ts';

test.each(Object.entries(generatedFiles()))('%s is what `npm run docs` writes', (path, content) => {
  expect(readFileSync(path, 'utf8')).toBe(content);
});

const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

test.each(PAGES.filter((path) => path.endsWith('.md')))('%s names only paths that exist', (page) => {
  const named = readFileSync(page, 'utf8').matchAll(
    /`((?:src|test|scripts|docs|container|fixtures)\/[\w./-]*)`/g,
  );
  const paths = [...named].map(([, path]) => path as string);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
