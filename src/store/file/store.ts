import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AlreadyExistsError, LoadError, NotFoundError, ReplayError, RunError } from '../../shared/errors.ts';
import { type GetOptions, type Listing, type OpenOptions, PROBE, type Store } from '../store.ts';
import { tooLarge } from '../too-large.ts';
import { codeOf, readError, runError, unlessMissing } from './errors.ts';
import { isInside, pathOfKey, TEMPORARY } from './path.ts';
import { walk } from './walk.ts';

/** A folder, as an S3 bucket would hold it. Nothing outside of it is read or written, whatever its links say. */
export class FileStore implements Store {
  readonly uri: string;
  readonly reads = { retried: 0, bySdk: 0 };
  readonly #path: string;
  readonly #create: boolean;

  constructor(path: string, { create = true }: OpenOptions = {}) {
    this.uri = pathToFileURL(path).href;
    this.#path = path;
    this.#create = create;
  }

  fullKey(key: string): string {
    return key;
  }

  /** Throws RunError when the root is missing. */
  async list(prefix: string, signal?: AbortSignal): Promise<Listing> {
    signal?.throwIfAborted();
    const doing = `listing ${this.#path}/${prefix}`;
    // Whatever may follow the prefix: it ends within a segment.
    if (!pathOfKey(this.#path, `${prefix}*`))
      throw new RunError(
        `${doing}: expected a prefix without segments . or .., found ${JSON.stringify(prefix)}`,
      );
    try {
      const root = await unlessMissing(realpath(this.#path));
      if (root === undefined || !(await stat(root)).isDirectory()) {
        throw new RunError(
          `${doing}: expected a folder at ${this.#path}, found ${root ? 'a file' : 'nothing'}; check the path, and what is mounted there`,
        );
      }
      return await walk(root, prefix, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof ReplayError ? error : runError(doing, error);
    }
  }

  async get(key: string, { maxBytes = Infinity, signal }: GetOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const path = pathOfKey(this.#path, key);
    const doing = `reading ${this.#path}/${key}`;
    if (!path)
      throw new LoadError(
        `${doing}: expected a key without empty segments, . or .., found ${JSON.stringify(key)}`,
      );
    try {
      const [root, real] = await Promise.all([realpath(this.#path), realpath(path)]);
      if (!isInside(root, real)) throw new LoadError(leaves(doing, real));
      const stats = await stat(real);
      if (stats.isDirectory()) throw new NotFoundError(`${doing}: expected a file, found a folder`);
      // Opening a FIFO would wait for its writer, opening a device may do anything.
      if (!stats.isFile())
        throw new LoadError(
          `${doing}: expected a regular file, found a pipe, a socket or a device; move it elsewhere`,
        );
      if (stats.size > maxBytes) throw tooLarge(key, stats.size, maxBytes);
      return await readFile(real, { ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof ReplayError ? error : readError(doing, error);
    }
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    await this.#write(key, body, rename);
  }

  async putIfAbsent(key: string, body: Uint8Array | string): Promise<void> {
    await this.#write(key, body, linkNew);
  }

  async checkWritable(prefix: string): Promise<void> {
    await this.#write(`${prefix}${PROBE}`, 'probe', async () => {});
  }

  close(): void {}

  /** Writes the whole body under a temporary name and then gives it its own: nobody sees half a file. */
  async #write(key: string, body: Uint8Array | string, place: (from: string, to: string) => Promise<void>) {
    const doing = `writing ${this.#path}/${key}`;
    try {
      const root = await this.#rootToWriteTo(doing);
      const path = pathOfKey(root, key);
      if (!path)
        throw new RunError(
          `${doing}: expected a key without empty segments, . or .., found ${JSON.stringify(key)}`,
        );
      const folder = await makeFolder(root, dirname(path), doing);
      const temporary = `${folder}/${TEMPORARY}${randomUUID()}`;
      try {
        await writeFile(temporary, body, { flag: 'wx' });
        await place(temporary, `${folder}/${basename(path)}`);
      } finally {
        await rm(temporary, { force: true });
      }
    } catch (error) {
      throw error instanceof ReplayError ? error : runError(doing, error);
    }
  }

  async #rootToWriteTo(doing: string): Promise<string> {
    if (this.#create) return makeFolder('/', this.#path, doing);
    const root = await unlessMissing(realpath(this.#path));
    if (root === undefined)
      throw new RunError(
        `${doing}: expected a folder at ${this.#path}, found none; make it, or choose another --out`,
      );
    return root;
  }
}

/** Unlike rename, a link never replaces what is there. */
async function linkNew(temporary: string, path: string): Promise<void> {
  await link(temporary, path).catch((cause) => {
    throw codeOf(cause) === 'EEXIST'
      ? new AlreadyExistsError(`expected nothing at ${path}, found a file: another run wrote it first`, {
          cause,
        })
      : cause;
  });
}

function leaves(doing: string, real: string): string {
  return `${doing}: refused, a link leaves the root for ${real}; put a copy in its place, or take a root above both`;
}

/** The real path of a folder, made where it is missing, but not beyond a link that leaves the root. */
async function makeFolder(root: string, path: string, doing: string): Promise<string> {
  const real = await unlessMissing(realpath(path));
  if (real === undefined) {
    const made = `${await makeFolder(root, dirname(path), doing)}/${basename(path)}`;
    await mkdir(made).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error; // another put made it first
    });
    return realpath(made);
  }
  if (!isInside(root, real)) throw new RunError(leaves(doing, real));
  return real;
}
