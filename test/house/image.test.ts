import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const DOCKERFILE = readFileSync('Dockerfile', 'utf8');

test('the image has the Node that the tests run on, by digest', () => {
  const { node } = JSON.parse(readFileSync('package.json', 'utf8')).devDependencies;
  const [, version, digest] = /^ARG NODE_IMAGE=node:(\S+)-bookworm-slim@sha256:(\S+)$/m.exec(
    DOCKERFILE,
  ) as string[];
  expect(version).toBe(node);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test('the image builds for another architecture without emulation: only the first stage runs something', () => {
  const [build = '', last = '', ...more] = DOCKERFILE.split(/^FROM /m).slice(1);
  expect(more).toEqual([]);
  expect(build).toMatch(/^--platform=\$BUILDPLATFORM /);
  expect(build).toMatch(/^RUN /m);
  expect(last).not.toMatch(/^--platform|^\s*RUN /im);
});
