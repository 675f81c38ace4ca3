import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { backoffDelay } from '../../shared/backoff.ts';

type Strategy = Extract<S3ClientConfig['retryStrategy'], { acquireInitialRetryToken: unknown }>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

export interface RetryOptions {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** Milliseconds before the first retry; four times that when the server asks to slow down. */
  readonly baseDelay: number;
}

/** The longest wait that a server may ask for, in milliseconds. */
const LONGEST_ASKED = 20_000;

/** Milliseconds before the `retry`-th retry (1, 2, …) of a request to S3. The waits double, up to 5 s. */
export function retryDelay(baseDelay: number, retry: number, isThrottled = false, askedMs = 0): number {
  const base = isThrottled ? 4 * baseDelay : baseDelay;
  const backoff = { base, factor: 2, longest: 5_000, jitter: 0.5 };
  return backoffDelay(backoff, retry, Math.min(askedMs, LONGEST_ASKED));
}

/** How the SDK retries. Its own strategies share 500 tokens among all requests of a client and take 14 for a
 * retry. With 64 loads in flight, an outage of a second would fail all but 35 of them, and every later one at once.
 * Here each request waits for the end of the outage by itself. */
export function retryStrategy({ attempts, baseDelay }: RetryOptions): Strategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (previous, { error, errorType, retryAfterHint }) => {
      const retry = previous.getRetryCount() + 1;
      if (retry >= attempts || !passing(errorType, error)) throw error;
      const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0;
      return token(retry, retryDelay(baseDelay, retry, errorType === 'THROTTLING', asked));
    },
    recordSuccess: () => {},
  };
}

function passing(errorType: string, error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  // A name that does not exist stays so: EAI_AGAIN is the fault that passes.
  if (code === 'ENOTFOUND') return false;
  // Two conditional puts met, and neither was stored: one of them must repeat.
  if (name === 'ConditionalRequestConflict') return true;
  return errorType !== 'CLIENT_ERROR';
}

function token(count: number, delay: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
