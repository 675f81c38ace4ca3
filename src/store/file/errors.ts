import {
  AccessError,
  NotFoundError,
  type ReplayError,
  RunError,
  TransientError,
} from '../../shared/errors.ts';
import { words } from '../../shared/words.ts';
import { PassingFault } from '../retry.ts';

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);
/** The folder, or this process, is the matter: no file fares better, until it passes. */
const OF_THE_RUN = new Set(
  words(
    'EMFILE ENFILE ENOMEM ENOBUFS ENOTCONN ENODEV EHOSTDOWN EHOSTUNREACH ENETDOWN ENETUNREACH ECONNREFUSED',
  ),
);
/** May pass, as a hiccup of a network file system. */
const PASSING = new Set([...OF_THE_RUN, 'EIO', 'ESTALE', 'EAGAIN', 'EBUSY', 'EINTR', 'ETIMEDOUT']);

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'give this user the permission, or choose another folder',
  EPERM: 'give this user the permission, or choose another folder',
  EROFS: 'choose a folder that can be written to',
  ENOSPC: 'make room, or choose a folder on another disk',
  EDQUOT: 'make room, or choose a folder on another disk',
  EMFILE: 'raise the limit of open files (ulimit -n), or lower --load-concurrency and --threads',
  ENFILE: 'this machine has too many files open: close some, or raise its limit',
  ENOTDIR: 'a file stands where the key needs a folder',
  EISDIR: 'a folder stands where the key needs a file',
  ENOTEMPTY: 'a folder stands where the key needs a file',
  ENAMETOOLONG: 'shorten the key: file systems allow 255 bytes between slashes',
};

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? 'unknown');
}

export function isMissing(error: unknown): boolean {
  return MISSING.has(codeOf(error));
}

/** What the promise gives, or undefined where there is nothing at that path. */
export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** What to throw for an error of the file system while `doing`: a PassingFault where another try may help. `of` says
 * what was asked for: one file that is read, or a listing or a write, which concern the run. */
export function fileError(doing: string, cause: unknown, of: 'object' | 'run'): ReplayError | PassingFault {
  const code = codeOf(cause);
  if (of === 'object' && isMissing(cause))
    return new NotFoundError(`${doing}: there is no such file`, { cause });
  const passes = PASSING.has(code);
  const advice = ADVICE[code] ?? (passes ? 'the same command may succeed later' : undefined);
  const found = cause instanceof Error ? cause.message : code;
  const message = `${doing} failed: ${found}${advice ? `; ${advice}` : ''}`;
  if (of === 'object' && !OF_THE_RUN.has(code)) {
    const error = new AccessError(message, { cause, passes });
    return passes ? new PassingFault(error) : error;
  }
  return passes
    ? new PassingFault(new TransientError(message, { cause }), true)
    : new RunError(message, { cause });
}
