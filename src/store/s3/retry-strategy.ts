import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { type RetryOptions, retryDelay } from '../retry.ts';
import { diagnose, factsOf } from './diagnosis.ts';

type Strategy = Extract<S3ClientConfig['retryStrategy'], { acquireInitialRetryToken: unknown }>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

/** How the SDK retries. Its own strategies share 500 tokens among all requests of a client and take 14 for a
 * retry. With 64 loads in flight, an outage of a second would fail all but 35 of them, and every later one at once.
 * Here each request waits for the end of the outage by itself. `renew` gets new credentials. */
export function retryStrategy({ attempts, baseDelay }: RetryOptions, renew: () => Promise<void>): Strategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (previous, { error, errorType, retryAfterHint }) => {
      const retries = previous.getRetryCount() + 1;
      const facts = factsOf(error);
      const { of, passes, isOverloaded, isExpired } = diagnose(facts);
      // The SDK knows one more that passes, a clock that it has just corrected, and one that does not.
      const mayPass =
        (passes && of !== 'missing') || (errorType === 'TRANSIENT' && facts.code !== 'ENOTFOUND');
      if (retries >= attempts || !mayPass) throw error;
      if (isExpired) await renew();
      const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0;
      return token(retries, retryDelay(baseDelay, retries, isOverloaded, asked));
    },
    recordSuccess: () => {},
  };
}

function token(count: number, delay: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
