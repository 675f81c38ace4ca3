import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  AccessError,
  AlreadyExistsError,
  ChangedError,
  NotFoundError,
  ReplayError,
  RunError,
  TransientError,
} from '../../shared/errors.ts';
import { opening, PassingFault, type RetryOptions, retrying, retryOptions } from '../retry.ts';
import { type GetOptions, type Listing, type OpenOptions, PROBE, type Store, tooLarge } from '../store.ts';
import { codeOf, fileError, isMissing, unlessMissing } from './errors.ts';
import { isInside, pathOfKey, TEMPORARY } from './path.ts';
import { etagOf, walk } from './walk.ts';

/** A folder, as an S3 bucket would hold it. Nothing outside of it is read or written, whatever its links say. */
export class FileStore implements Store {
  readonly uri: string;
  readonly reads = { retried: 0, bySdk: 0 };
  readonly #path: string;
  readonly #create: boolean;
  readonly #retries: RetryOptions;
  /** Whether a listing found the root: what is missing since may come back. */
  #wasThere = false;

  constructor(path: string, { create = true }: OpenOptions = {}, retries: Partial<RetryOptions> = {}) {
    this.uri = pathToFileURL(path).href;
    this.#path = path;
    this.#create = create;
    this.#retries = { ...retryOptions({}), ...retries };
  }

  fullKey(key: string): string {
    return key;
  }

  /** Throws RunError when the root is missing and a put would not make it. */
  async list(prefix: string, signal?: AbortSignal): Promise<Listing> {
    const doing = `listing ${this.#path}/${prefix}`;
    // Whatever may follow the prefix: it ends within a segment.
    if (!pathOfKey(this.#path, `${prefix}*`))
      throw new RunError(
        `${doing}: expected a prefix without segments . or .., found ${JSON.stringify(prefix)}`,
      );
    return this.#retrying(doing, 'run', signal, async () => {
      const root = await this.#root();
      if (root === undefined && this.#create) return { objects: [], refused: [] };
      if (root === undefined && this.#wasThere) throw this.#gone(doing);
      if (root === undefined || !(await stat(root)).isDirectory()) {
        throw new RunError(
          `${doing}: expected a folder at ${this.#path}, found ${root ? 'a file' : 'nothing'}; check the path, and what is mounted there`,
        );
      }
      this.#wasThere = true;
      const listing = await walk(root, prefix, signal);
      // A folder that goes away meanwhile would list as empty.
      if ((await this.#root()) !== root) throw this.#gone(doing);
      return listing;
    });
  }

  async get(key: string, { maxBytes = Number.POSITIVE_INFINITY, etag, signal }: GetOptions = {}) {
    const path = pathOfKey(this.#path, key);
    const doing = `reading ${this.#path}/${key}`;
    const refused = (why: string) => new AccessError(`${doing}: ${why}`, { passes: false });
    if (!path) throw refused(`expected a key without empty segments, . or .., found ${JSON.stringify(key)}`);
    return this.#retrying(doing, 'object', signal, async () => {
      const root = await this.#root();
      if (root === undefined && !this.#create) throw this.#gone(doing);
      const real = await realpath(path);
      if (!isInside(root ?? this.#path, real)) throw refused(leaves(real));
      const before = await stat(real);
      if (before.isDirectory()) throw new NotFoundError(`${doing}: expected a file, found a folder`);
      // Opening a FIFO would wait for its writer, opening a device may do anything.
      if (!before.isFile())
        throw refused('expected a regular file, found a pipe, a socket or a device; move it elsewhere');
      if (before.size > maxBytes) throw tooLarge(key, before.size, maxBytes);
      if (etag !== undefined && etag !== etagOf(before)) throw new ChangedError(`${doing}: it has changed`);
      const bytes = await readFile(real, { ...(signal && { signal }) });
      if (etag !== undefined && etag !== etagOf(await stat(real)))
        throw new ChangedError(`${doing}: it changed while it was read`);
      return bytes;
    });
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
    await this.#retrying(doing, 'run', undefined, async () => {
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
    });
  }

  /** Turns errors of the file system into this program's, and tries again what may pass. */
  #retrying<T>(
    doing: string,
    of: 'object' | 'run',
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
  ): Promise<T> {
    const request = async () => {
      signal?.throwIfAborted();
      try {
        return await opening(call);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ReplayError || error instanceof PassingFault) throw error;
        // A file may be missing only because the folder is.
        const mayBeGone = of === 'object' && isMissing(error) && !this.#create;
        const isGone = mayBeGone && (await this.#root().catch(() => '')) === undefined;
        throw isGone ? this.#gone(doing) : fileError(doing, error, of);
      }
    };
    return retrying(request, this.#retries, this.reads, signal);
  }

  /** The folder's real path; undefined where there is none. */
  #root(): Promise<string | undefined> {
    return unlessMissing(realpath(this.#path));
  }

  #gone(doing: string): PassingFault {
    const found = `${doing}: expected a folder at ${this.#path}, found that it is gone`;
    return new PassingFault(new TransientError(`${found}; check what is mounted there`), true);
  }

  async #rootToWriteTo(doing: string): Promise<string> {
    if (this.#create) return makeFolder('/', this.#path, doing);
    const root = await this.#root();
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

function leaves(real: string): string {
  return `refused, a link leaves the root for ${real}; put a copy in its place, or take a root above both`;
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
  if (!isInside(root, real)) throw new RunError(`${doing}: ${leaves(real)}`);
  return real;
}
