import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the image has the Node that the tests run on, by digest', () => {
  const { node } = JSON.parse(readFileSync('package.json', 'utf8')).devDependencies;
  const [, version, digest] = /^ARG NODE_IMAGE=node:(\S+)-bookworm-slim@sha256:(\S+)$/m.exec(
    readFileSync('Dockerfile', 'utf8'),
  ) as string[];
  expect(version).toBe(node);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});
