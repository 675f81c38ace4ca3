import pLimit from 'p-limit';
import { backoffDelay } from '../shared/backoff.ts';
import type { ReplayError } from '../shared/errors.ts';
import { retry } from '../shared/retry.ts';
import type { ReadCounts } from './store.ts';

export interface RetryOptions {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** Milliseconds before the first retry; four times that when the store as a whole is the matter. */
  readonly baseDelay: number;
}

/** Defaults bear an outage of 8 s at least, by requests that nothing else delays. */
export function retryOptions(env = process.env): RetryOptions {
  return { attempts: Number(env.AWS_MAX_ATTEMPTS) || 7, baseDelay: 200 };
}

/** The longest wait that a server may ask for, in milliseconds. */
const LONGEST_ASKED = 20_000;

/** Milliseconds before the `retries`-th retry (1, 2, …). The waits double, up to 5 s. */
export function retryDelay(baseDelay: number, retries: number, isOverloaded = false, askedMs = 0): number {
  const base = isOverloaded ? 4 * baseDelay : baseDelay;
  const backoff = { base, factor: 2, longest: 5_000, jitter: 0.5 };
  return backoffDelay(backoff, retries, Math.min(askedMs, LONGEST_ASKED));
}

/** What keeps a request from its answer, and may pass. */
export class PassingFault extends Error {
  /** What to throw when no try is left. */
  readonly final: ReplayError;
  /** Whether the store as a whole is the matter: overloaded, out of reach. */
  readonly isOverloaded: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly askedMs: number;

  constructor(final: ReplayError, isOverloaded = false, askedMs = 0) {
    super(final.message, { cause: final });
    this.final = final;
    this.isOverloaded = isOverloaded;
    this.askedMs = askedMs;
  }
}

/** Makes a request until it is answered. After a PassingFault it is made again, and counted; when no try is left the
 * fault's final error is thrown. Any other error is thrown at once. */
export function retrying<T>(
  request: (tries: number) => Promise<T>,
  { attempts, baseDelay }: RetryOptions,
  counts: ReadCounts,
  signal?: AbortSignal,
): Promise<T> {
  const delayOf = (error: unknown, tries: number) => {
    if (!(error instanceof PassingFault)) throw error;
    if (tries >= attempts) throw error.final;
    counts.retried += 1;
    return retryDelay(baseDelay, tries, error.isOverloaded, error.askedMs);
  };
  return retry(request, delayOf, signal);
}

const OUT_OF_DESCRIPTORS: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** Over all stores of this thread. */
const open = pLimit(Number.POSITIVE_INFINITY);

/** Makes a call that opens a file or a socket. When a call fails for want of descriptors, half as many as are still
 * open may be open at once from then on. */
export function opening<T>(call: () => Promise<T>): Promise<T> {
  return open(async () => {
    try {
      return await call();
    } catch (error) {
      if (OUT_OF_DESCRIPTORS.has((error as { code?: unknown }).code)) {
        open.concurrency = Math.max(1, Math.min(open.concurrency, Math.floor(open.activeCount / 2)));
      }
      throw error;
    }
  });
}
