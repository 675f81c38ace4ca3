import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOlder } from '../../src/shared/node-version.ts';

const NEEDED = '22.12';

it.each([
  ['12.22.12', true],
  ['20.20.2', true],
  ['22.2.0', true],
  ['22.11.9', true],
  ['22.12.0', false],
  ['22.13.0-nightly', false],
  ['23.0.0', false],
  ['100.1.0', false],
])('%s is too old: %s', (version, expected) => {
  expect(isOlder(version, NEEDED)).toBe(expected);
});

const old = olderNode();

describe.runIf(old)('under an older Node, found on PATH', () => {
  it('says which one is needed and how to run it, as exit 2', () => {
    const { status, stdout, stderr } = spawnSync(old as string, ['dist/main.js', 'counterfactual'], {
      encoding: 'utf8',
    });
    const { msg } = JSON.parse(stderr);
    expect(msg).toMatch(/^expected Node 22\.12 or later, found \d+\.\d+\.\d+; run .*$/);
    expect(JSON.parse(stdout)).toEqual({ status: 'ERROR', error: msg });
    expect(status).toBe(2);
    const [, node, program] = /run (\S+) (\S+) …/.exec(msg) ?? [];
    expect(execFileSync(node as string, [program as string, '--version'], { encoding: 'utf8' })).toMatch(
      /^\d+\./,
    );
  });
});

/** npm puts the Node of node_modules first: an older one of the machine stands further on. */
function olderNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .find((path) => isOlder(execFileSync(path, ['--version'], { encoding: 'utf8' }).slice(1), NEEDED));
}
