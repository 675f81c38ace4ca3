import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  AccessError,
  ChangedError,
  NotFoundError,
  RunError,
  TransientError,
} from '../../../src/shared/errors.ts';
import { fileError } from '../../../src/store/file/errors.ts';
import { FileStore } from '../../../src/store/file/store.ts';
import { openStore } from '../../../src/store/open.ts';
import { PassingFault } from '../../../src/store/retry.ts';
import { describeStore } from '../store-contract.ts';

const made: string[] = [];

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'store 100% ü-'));
  made.push(path);
  return path;
}

const storeAt = (path: string) => openStore(pathToFileURL(path).href);
/** Of a folder that is only read. */
const corpusAt = (path: string) => new FileStore(path, { create: false }, { attempts: 3, baseDelay: 10 });

afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

describeStore('a folder', async () => storeAt(join(await folder(), 'made on the first put')));

test('says that the root is missing when it is listed, unless a put would make it', async () => {
  const path = join(await folder(), 'missing');
  await expect(corpusAt(path).list('2026/')).rejects.toThrow(RunError);
  await expect(corpusAt(path).list('2026/')).rejects.toThrow(`expected a folder at ${path}`);
  expect(await storeAt(path).list('2026/')).toEqual({ objects: [], refused: [] });
  await expect(storeAt(path).get('a')).rejects.toThrow(NotFoundError);
  await writeFile(path, 'x');
  await expect(storeAt(path).list('')).rejects.toThrow(`expected a folder at ${path}, found a file`);
});

test('waits for a root that goes away, and then says that the run cannot go on', async () => {
  const root = await folder();
  await storeAt(root).put('a', 'x');
  await rename(root, `${root} away`);
  const back = setTimeout(() => rename(`${root} away`, root), 100);
  const patient = new FileStore(root, { create: false }, { baseDelay: 20 });
  expect(await patient.get('a')).toHaveLength(1);
  clearTimeout(back);
  expect(patient.reads.retried).toBeGreaterThan(0);
  await rm(root, { recursive: true });
  const failure = await corpusAt(root)
    .get('a')
    .catch((error) => error);
  expect(failure).toBeInstanceOf(TransientError);
  expect(failure.message).toContain(`expected a folder at ${root}, found that it is gone`);
});

test('a root that goes away for a moment costs none of the files that are being read', async () => {
  const root = await folder();
  const store = new FileStore(root, { create: false }, { baseDelay: 20 });
  const keys = Array.from({ length: 300 }, (_, index) => `${index}`);
  await Promise.all(keys.map((key) => storeAt(root).put(key, key)));
  expect((await store.list('')).objects).toHaveLength(300);
  const reading = Promise.all(keys.map((key) => store.get(key)));
  await rename(root, `${root} away`);
  await expect(corpusAt(root).list('')).rejects.toThrow(RunError);
  const listing = store.list('');
  setTimeout(() => rename(`${root} away`, root), 100);
  expect((await reading).map(String)).toHaveLength(300);
  expect((await listing).objects).toHaveLength(300);
});

test('gives only the object that was listed', async () => {
  const root = await folder();
  const store = storeAt(root);
  await store.put('a', 'one');
  const [{ etag } = { etag: '' }] = (await store.list('')).objects;
  expect(await store.get('a', { etag })).toHaveLength(3);
  await store.put('a', 'other');
  await expect(store.get('a', { etag })).rejects.toThrow(ChangedError);
  expect(await store.get('a')).toHaveLength(5);
});

test('neither reads nor lists nor writes through a link that leaves the root', async () => {
  const outside = await folder();
  const root = await folder();
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(root, 'out'));
  await symlink(join(outside, 'secret'), join(root, 'secret'));
  const store = storeAt(root);
  const reason = 'a link that leaves the root';
  expect(await store.list('')).toEqual({
    objects: [],
    refused: [
      { key: 'out', reason },
      { key: 'secret', reason },
    ],
  });
  expect(await store.list('out/')).toEqual({ objects: [], refused: [{ key: 'out', reason }] });
  await expect(store.get('secret')).rejects.toThrow(AccessError);
  await expect(store.get('out/secret')).rejects.toThrow('leaves the root');
  await expect(store.put('out/new', 'x')).rejects.toThrow(RunError);
  await expect(store.put('out/deeper/new', 'x')).rejects.toThrow('leaves the root');
  await store.put('secret', 'replaced'); // the link, not what it led to
  expect(await readdir(outside)).toEqual(['secret']);
  expect(Buffer.from(await storeAt(outside).get('secret')).toString()).toBe('secret');
});

test('reads links that stay within the root', async () => {
  const root = await folder();
  const store = storeAt(root);
  await store.put('real/a', 'x');
  await symlink('real', join(root, 'alias'));
  await symlink('real/a', join(root, 'b'));
  const { objects, refused } = await store.list('');
  expect(objects.map(({ key }) => key)).toEqual(['alias/a', 'b', 'real/a']);
  expect(refused).toEqual([]);
  expect(await store.get('alias/a')).toHaveLength(1);
  expect(await store.get('b')).toHaveLength(1);
});

test('is not caught in circles', async () => {
  const root = await folder();
  const store = storeAt(root);
  await store.put('a/x', 'x');
  await store.put('b/y', 'y');
  await symlink('..', join(root, 'a/up'));
  await symlink('../a', join(root, 'b/a'));
  await symlink('self', join(root, 'self'));
  await symlink('nowhere', join(root, 'dangling'));
  const { objects, refused } = await store.list('');
  expect(objects.map(({ key }) => key)).toEqual(['a/x', 'b/a/x', 'b/y']);
  expect(refused).toEqual([
    { key: 'a/up', reason: 'a link back to a folder it lies in' },
    { key: 'b/a/up', reason: 'a link back to a folder it lies in' },
    { key: 'dangling', reason: 'a link that leads nowhere' },
    { key: 'self', reason: 'links in a circle' },
  ]);
  await expect(store.get('self')).rejects.toThrow(AccessError);
  await expect(store.get('dangling')).rejects.toThrow(NotFoundError);
});

test('refuses what is not a regular file without opening it', async () => {
  const root = await folder();
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const store = storeAt(root);
  expect(await store.list('')).toEqual({
    objects: [],
    refused: [{ key: 'fifo', reason: 'neither a file nor a folder' }],
  });
  await expect(store.get('fifo')).rejects.toThrow('expected a regular file');
});

test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/.', 'a\0b', '', '.tmp-1'])(
  'refuses the key %j',
  async (key) => {
    const store = storeAt(await folder());
    await expect(store.get(key)).rejects.toThrow(AccessError);
    await expect(store.put(key, 'x')).rejects.toThrow(RunError);
    await expect(store.putIfAbsent(key, 'x')).rejects.toThrow(RunError);
  },
);

test('refuses a prefix that leaves the root', async () => {
  await expect(storeAt(await folder()).list('../')).rejects.toThrow(RunError);
});

test('lists no file that is being written, and leaves none behind', async () => {
  const root = await folder();
  const store = storeAt(root);
  await writeFile(join(root, '.tmp-of a killed run'), 'half');
  await mkdir(join(root, 'folder/taken'), { recursive: true });
  await expect(store.put('folder/taken', 'x')).rejects.toThrow(RunError);
  await expect(store.putIfAbsent('folder/taken', 'x')).rejects.toThrow();
  expect(await readdir(join(root, 'folder'))).toEqual(['taken']);
  expect((await store.list('')).objects).toEqual([]);
});

test('says that a file stands where a folder is needed', async () => {
  const store = storeAt(await folder());
  await store.put('a', 'x');
  await expect(store.put('a/b', 'x')).rejects.toThrow('a file stands where the key needs a folder');
  await expect(store.get('a/b')).rejects.toThrow(NotFoundError);
});

test('counts names that are not UTF-8', async () => {
  const root = await folder();
  await writeFile(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.from([0xe9])]), 'x');
  const { objects, refused } = await storeAt(root).list('');
  expect(objects).toEqual([]);
  expect(refused).toEqual([{ key: 'latin-\uFFFD', reason: 'a name that is not UTF-8' }]);
});

test('never shows half a file', async () => {
  const root = await folder();
  const store = storeAt(root);
  const bodies = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
  await store.put('x', bodies[0] as string);
  let writing = true;
  const writer = (async () => {
    for (let n = 0; n < 20; n++) await store.put('x', bodies[n % 2] as string);
    writing = false;
  })();
  while (writing) expect(bodies).toContain(Buffer.from(await store.get('x')).toString());
  await writer;
});

describe('an error of the file system', () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: the path`), { code });
  const final = (code: string, of: 'object' | 'run') => {
    const error = fileError('reading /in/a', failure(code), of);
    return error instanceof PassingFault ? error.final : error;
  };

  test('says what to do about a full disk and a permission', () => {
    expect(final('ENOSPC', 'run').message).toBe(
      'reading /in/a failed: ENOSPC: the path; make room, or choose a folder on another disk',
    );
    expect(final('EACCES', 'run').message).toContain('give this user the permission');
  });

  test.each([
    ['EACCES', 'object', AccessError, 1],
    ['EACCES', 'run', RunError, 1],
    ['ENOENT', 'object', NotFoundError, 1],
    ['EIO', 'object', AccessError, 75],
    ['EIO', 'run', TransientError, 75],
    ['EMFILE', 'object', TransientError, 75],
    ['ENOTCONN', 'object', TransientError, 75],
    ['ENOSPC', 'run', RunError, 1],
    ['EUNHEARDOF', 'object', AccessError, 1],
  ] as const)('%s of one %s', (code, of, kind, exitCode) => {
    const error = final(code, of);
    expect(error.constructor).toBe(kind);
    expect(error.exitCode).toBe(exitCode);
  });
});
