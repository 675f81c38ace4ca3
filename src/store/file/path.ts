import { join } from 'node:path';

/** Names of files that are being written: no segment of a key begins so. */
export const TEMPORARY = '.tmp-';

/** The path of a key under `root`, or undefined when it could leave the root or could not be told from another
 * key: segments that are empty, `.`, `..` or a temporary name. */
export function pathOfKey(root: string, key: string): string | undefined {
  const sound = key.split('/').every((segment) => !/^(\.{0,2}$|\.tmp-)|\0/.test(segment));
  return sound ? join(root, key) : undefined;
}

/** Whether `path` is `root` or lies under it. Both are real paths. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}
