import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/pool/code-version.ts';

/** A package that the worker runs. */
const PACKAGE = 'node_modules/ml-logistic-regression';

let copy: string;

/** A checkout in a folder of its own. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'code-version-'));
  for (const path of ['src', 'scripts/build.ts', 'package.json', 'tsconfig.json', PACKAGE]) {
    await cp(path, join(copy, path), { recursive: true });
  }
  for (const name of await readdir('node_modules')) {
    const path = join(copy, 'node_modules', name);
    if (!existsSync(path)) await symlink(resolve('node_modules', name), path);
  }
});
afterAll(() => rm(copy, { recursive: true, force: true }));

async function digest(): Promise<string> {
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: copy });
  return digestOf(pathToFileURL(join(copy, 'dist/worker.js')));
}

/** Whether the digest is another after a change of a file, which is then taken back. */
async function changesWith(path: string, change: (whole: string) => Promise<void>): Promise<boolean> {
  const before = await digest();
  const whole = join(copy, path);
  const content = await readFile(whole);
  await change(whole);
  const after = await digest();
  await writeFile(whole, content);
  return after !== before;
}

const addCode = (whole: string) => appendFile(whole, "\nprocess.emit('planted');\n");

it('is the same in another folder', async () => {
  const before = await digest();
  await rename(copy, `${copy}-moved`);
  copy = `${copy}-moved`;
  expect(await digest()).toBe(before);
});

describe('changes with', () => {
  it.each([
    ['the worker itself', 'src/pool/worker.ts'],
    ['a file several folders deep', 'src/rules/exact/tree-search.ts'],
    ['a file behind a dynamic import', 'src/store/s3/client.ts'],
    ['a package', `${PACKAGE}/src/logreg.js`],
  ])('%s', async (_, path) => {
    expect(await changesWith(path, addCode)).toBe(true);
  });

  it('JSON that is imported', async () => {
    const edit = async (whole: string) => {
      const text = await readFile(whole, 'utf8');
      await writeFile(whole, text.replace(/"input": \d/, '"input": 7'));
    };
    expect(await changesWith('src/model/prices.json', edit)).toBe(true);
  });
});

describe('does not change with', () => {
  it('code that no worker runs', async () => {
    const report = (await readdir(join(copy, 'src/report'))).find((name) => name.endsWith('.ts'));
    expect(await changesWith(`src/report/${report}`, addCode)).toBe(false);
    expect(await changesWith('src/publish/result.ts', addCode)).toBe(false);
  });

  it('a comment', async () => {
    const note = (whole: string) => appendFile(whole, '\n// A note.\n');
    expect(await changesWith('src/rules/exact/tree-search.ts', note)).toBe(false);
  });
});
