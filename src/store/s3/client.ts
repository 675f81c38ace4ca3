import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { inRegion } from '../../shared/aws-region.ts';
import { type RetryOptions, retryStrategy } from './retry-strategy.ts';

export interface ConnectOptions extends RetryOptions {
  /** Requests in flight at most; more wait for a socket, and waiting counts towards `connectTimeout`. */
  readonly maxSockets: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds without a byte, before or within an answer. */
  readonly idleTimeout: number;
}

/** Defaults bear 64 to 128 loads in flight and an outage of 5 s at least. */
export function connectOptions(env = process.env): ConnectOptions {
  return {
    attempts: Number(env.AWS_MAX_ATTEMPTS) || 7,
    baseDelay: 200,
    maxSockets: 256,
    connectTimeout: 5_000,
    idleTimeout: 15_000,
  };
}

export const importSdk = () => import('@aws-sdk/client-s3');

export type Sdk = Awaited<ReturnType<typeof importSdk>>;

export async function connect(options: ConnectOptions, env = process.env): Promise<S3Client> {
  const { S3Client } = await importSdk();
  const agent = { keepAlive: true, maxSockets: options.maxSockets };
  const config: S3ClientConfig = {
    forcePathStyle: isLoopback(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL),
    cacheMiddleware: true,
    retryStrategy: retryStrategy(options),
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: options.connectTimeout,
      socketTimeout: options.idleTimeout,
    },
  };
  return inRegion((region) => new S3Client({ ...config, ...(region && { region }) }), env);
}

/** Servers on the own machine have no name for every bucket. */
export function isLoopback(endpoint: string | undefined): boolean {
  const host = URL.parse(endpoint ?? '')?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
