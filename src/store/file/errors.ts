import { LoadError, NotFoundError, type ReplayError, RunError } from '../../shared/errors.ts';

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'give this user the permission, or choose another folder',
  EPERM: 'give this user the permission, or choose another folder',
  EROFS: 'choose a folder that can be written to',
  ENOSPC: 'make room, or choose a folder on another disk',
  EDQUOT: 'make room, or choose a folder on another disk',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENOTDIR: 'a file stands where the key needs a folder',
  EISDIR: 'a folder stands where the key needs a file',
  ENOTEMPTY: 'a folder stands where the key needs a file',
  ENAMETOOLONG: 'shorten the key: file systems allow 255 bytes between slashes',
};

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? 'unknown');
}

/** What the promise gives, or undefined where there is nothing at that path. */
export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch((error) => {
    if (MISSING.has(codeOf(error))) return undefined;
    throw error;
  });
}

/** For listing and writing, which concern the run. */
export function runError(doing: string, cause: unknown): ReplayError {
  return new RunError(message(doing, cause), { cause });
}

/** For reading, which concerns one object. */
export function readError(doing: string, cause: unknown): ReplayError {
  if (MISSING.has(codeOf(cause))) return new NotFoundError(`${doing}: there is no such file`, { cause });
  return new LoadError(message(doing, cause), { cause });
}

function message(doing: string, cause: unknown): string {
  const code = codeOf(cause);
  const advice = ADVICE[code];
  return `${doing} failed: ${cause instanceof Error ? cause.message : code}${advice ? `; ${advice}` : ''}`;
}
