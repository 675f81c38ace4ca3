import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { backoff } from './backoff.ts';

type Strategy = Extract<S3ClientConfig['retryStrategy'], { acquireInitialRetryToken: unknown }>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

export interface RetryOptions {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** Milliseconds before the first retry; four times that when the server asks to slow down. */
  readonly baseDelay: number;
}

/** How the SDK retries. Its own strategies share 500 tokens among all requests of a client and take 14 for a
 * retry: with 64 loads in flight an outage of a second fails all but 35 of them, and every later one at once.
 * Here each request waits the outage out by itself. */
export function retryStrategy({ attempts, baseDelay }: RetryOptions): Strategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (previous, { error, errorType, retryAfterHint }) => {
      const retry = previous.getRetryCount() + 1;
      if (retry >= attempts || !passing(errorType, error)) throw error;
      const delay = backoff(retry, errorType === 'THROTTLING' ? 4 * baseDelay : baseDelay);
      const asked = retryAfterHint ? Math.min(retryAfterHint.getTime() - Date.now(), 20_000) : 0;
      return token(retry, Math.max(delay, asked));
    },
    recordSuccess: () => {},
  };
}

function passing(errorType: string, error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  // A name that does not exist stays so (EAI_AGAIN is the passing fault); two conditional puts that met, and
  // neither was stored, are for one of them to repeat.
  if (code === 'ENOTFOUND') return false;
  if (name === 'ConditionalRequestConflict') return true;
  return errorType !== 'CLIENT_ERROR';
}

function token(count: number, delay: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
