import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import pMap from 'p-map';
import type { Listed, Refused } from '../store.ts';
import { codeOf, unlessMissing } from './errors.ts';
import { isInside, TEMPORARY } from './path.ts';

const IN_FLIGHT = 64;

/** What a path leads to, links followed: a real path, or why it is not to be read. */
type Target = { readonly kind: 'file' | 'folder'; readonly path: string } | { readonly refused: string };

interface File {
  readonly key: string;
  readonly path: string;
}

/** Its key is empty, or ends in a slash. */
interface Folder extends File {
  /** Real paths of the folders it was reached through and its own. */
  readonly trail: readonly string[];
}

/** The regular files under `root` whose key starts with `prefix`, in the order S3 lists them. Links are followed
 * within the root; those that leave it, lead nowhere or in a circle are refused, as is what is neither file nor
 * folder. `root` is a real path. Throws file system errors, but not for what is missing. */
export async function walk(
  root: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<{ objects: Listed[]; refused: Refused[] }> {
  const options = { concurrency: IN_FLIGHT, ...(signal && { signal }) };
  const files: File[] = [];
  const refused: Refused[] = [];

  function sort(key: string, target: Target, trail: readonly string[]): Folder[] {
    if ('refused' in target) refused.push({ key, reason: target.refused });
    else if (target.kind === 'file') files.push({ key, path: target.path });
    else if (trail.includes(target.path)) refused.push({ key, reason: 'a link back to a folder it lies in' });
    else return [{ key: `${key}/`, path: target.path, trail: [...trail, target.path] }];
    return [];
  }

  async function visit(folder: Folder): Promise<Folder[]> {
    const folders: Folder[] = [];
    for (const entry of await entriesOf(folder.path)) {
      const key = folder.key + entry.name;
      if (!key.startsWith(prefix) || entry.name.startsWith(TEMPORARY)) continue;
      const path = `${folder.path}/${entry.name}`;
      const target = entry.isSymbolicLink() ? await follow(root, path) : targetOf(entry, path);
      folders.push(...sort(key, target ?? { refused: 'a link that leads nowhere' }, folder.trail));
    }
    return folders;
  }

  async function measure({ key, path }: File): Promise<Listed[]> {
    const stats = await unlessMissing(stat(path));
    if (stats) return [{ key, size: stats.size, etag: etagOf(stats) }];
    // Node puts U+FFFD for bytes that are no UTF-8 and then finds no such file; else it was just deleted.
    if (key.includes('\uFFFD')) refused.push({ key, reason: 'a name that is not UTF-8' });
    return [];
  }

  let level = await beginning();
  while (level.length > 0) level = (await pMap(level, visit, options)).flat();
  const objects = (await pMap(files, measure, options)).flat();
  return { objects: inByteOrder(objects), refused: inByteOrder(refused) };

  async function beginning(): Promise<Folder[]> {
    const start = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
    if (start === '') return [{ key: '', path: root, trail: [root] }];
    const target = await follow(root, `${root}/${start}`);
    return target && ('refused' in target || target.kind === 'folder') ? sort(start, target, []) : [];
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
}

/** Undefined when it leads nowhere. */
async function follow(root: string, path: string): Promise<Target | undefined> {
  try {
    const real = await realpath(path);
    return isInside(root, real)
      ? targetOf(await stat(real), real)
      : { refused: 'a link that leaves the root' };
  } catch (error) {
    if (codeOf(error) === 'ELOOP') return { refused: 'links in a circle' };
    return unlessMissing(Promise.reject(error));
  }
}

function targetOf(entry: Dirent | Stats, path: string): Target {
  if (entry.isFile()) return { kind: 'file', path };
  return entry.isDirectory() ? { kind: 'folder', path } : { refused: 'neither a file nor a folder' };
}

/** The inode tells apart two files of one size that were put within one tick of the clock. */
export function etagOf({ size, mtimeMs, ino }: Stats): string {
  return `${size}-${mtimeMs}-${ino}`;
}

function inByteOrder<T extends { readonly key: string }>(items: readonly T[]): T[] {
  // A string whose characters are the bytes of the key compares as the bytes do; a key's own UTF-16 does not.
  const bytes = new Map(items.map((item) => [item, Buffer.from(item.key).toString('latin1')]));
  const of = (item: T) => bytes.get(item) as string;
  return items.toSorted((a, b) => (of(a) < of(b) ? -1 : 1));
}
