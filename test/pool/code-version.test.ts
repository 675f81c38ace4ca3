import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/pool/code-version.ts';

const WORKER = 'dist/pool/worker.js';

let copy: string;
let loaded: readonly string[];

/** The build and the package.json of each package, in a folder of their own. */
beforeAll(async () => {
  loaded = await loadedByWorker();
  copy = await mkdtemp(join(tmpdir(), 'code-version-'));
  await cp('dist', join(copy, 'dist'), { recursive: true });
  for (const folder of await installed()) {
    await cp(join(folder, 'package.json'), join(copy, folder, 'package.json'), { recursive: true });
  }
});
afterAll(() => rm(copy, { recursive: true, force: true }));

const digest = () => digestOf(join(copy, WORKER));

it('is the same in another folder', () => {
  expect(digest()).toBe(digestOf(join(process.cwd(), WORKER)));
});

describe('changes with', () => {
  it('exactly the files of the build that Node loads for a worker', async () => {
    const files = (await readdir(join(copy, 'dist'), { recursive: true })).filter((name) =>
      /\.js(on)?$/.test(name),
    );
    const relevant = await whatChanges(
      files.map((name) => join('dist', name)),
      (path) => appendFile(path, '\n'),
    );
    expect(relevant).toEqual(loaded.filter((path) => path.startsWith('dist/')).sort());
    // Several folders deep, by a dynamic import, and JSON.
    expect(relevant).toEqual(
      expect.arrayContaining([
        'dist/rules/exact/tree-search.js',
        'dist/store/s3/client.js',
        'dist/model/prices.json',
      ]),
    );
  });

  it('the version of each package that Node loads for a worker', async () => {
    const packages = (await installed()).filter((folder) => loaded.some(isIn(folder)));
    const others = ['preact', 'yargs', 'vitest', 'piscina'].map((name) => `node_modules/${name}`);
    const manifest = (folder: string) => join(folder, 'package.json');
    const relevant = await whatChanges([...packages, ...others].map(manifest), async (path) => {
      const { version, ...rest } = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...rest, version: `${version}-other` }));
    });
    expect(relevant).toEqual(packages.map(manifest).sort());
    expect(packages).toEqual(
      expect.arrayContaining(['node_modules/@smithy/core', 'node_modules/ml-matrix', 'node_modules/zod']),
    );
  });
});

/** Those of the files that, each changed alone, change the digest. */
async function whatChanges(
  paths: readonly string[],
  change: (path: string) => Promise<void>,
): Promise<string[]> {
  const before = digest();
  const found: string[] = [];
  for (const path of paths) {
    const whole = join(copy, path);
    const content = await readFile(whole);
    await change(whole);
    if (digest() !== before) found.push(path);
    await writeFile(whole, content);
  }
  return found.sort();
}

/** Folders of all packages that npm has installed. */
async function installed(): Promise<string[]> {
  const { packages } = JSON.parse(await readFile('node_modules/.package-lock.json', 'utf8'));
  return Object.keys(packages);
}

function isIn(folder: string): (path: string) => boolean {
  return (path) => path.startsWith(`${folder}/`) && !path.startsWith(`${folder}/node_modules/`);
}

/** Every file that Node loads for a worker, from its start to the end of its imports, relative to the checkout. */
async function loadedByWorker(): Promise<string[]> {
  const urls: string[] = [];
  const script = `
    const { parentPort } = require('node:worker_threads');
    require('node:module').registerHooks({
      load(url, context, next) {
        parentPort.postMessage(url);
        return next(url, context);
      },
    });
    import(${JSON.stringify(pathToFileURL(WORKER).href)});`;
  const worker = new Worker(script, {
    eval: true,
    workerData: { corpus: 's3://bucket/corpus', loadConcurrency: 1 },
  });
  worker.on('message', (url) => urls.push(url));
  await new Promise((resolve, reject) => worker.on('error', reject).on('exit', resolve));
  return urls
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(process.cwd(), fileURLToPath(url)));
}
