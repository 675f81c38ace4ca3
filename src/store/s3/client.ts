import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { inRegion } from '../../shared/aws-region.ts';
import { type RetryOptions, retryOptions } from '../retry.ts';
import { retryStrategy } from './retry-strategy.ts';

export interface ConnectOptions extends RetryOptions {
  /** Requests in flight at most; more wait for a socket, and waiting counts towards `connectTimeout`. */
  readonly maxSockets: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds without a byte, before or within an answer. */
  readonly idleTimeout: number;
}

/** Defaults bear 64 to 128 loads in flight. */
export function connectOptions(env = process.env): ConnectOptions {
  return { ...retryOptions(env), maxSockets: 256, connectTimeout: 5_000, idleTimeout: 15_000 };
}

export const importSdk = () => import('@aws-sdk/client-s3');

export type Sdk = Awaited<ReturnType<typeof importSdk>>;

/** A bucket, and the SDK's client that reaches it. */
export interface Bucket {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly name: string;
  readonly options: ConnectOptions;
}

/** Credentials, as the SDK has them. */
export type Identity = Awaited<ReturnType<S3Client['config']['credentials']>>;

/** The credentials that the SDK finds. It keeps them until they are about to expire, so that asking costs nothing;
 * `renew` asks for new ones all the same. Throws an error of the name CredentialsProviderError. */
export async function credentialsOf(client: S3Client, renew = false): Promise<Identity> {
  // The provider takes options that its type leaves out.
  const provider: (options: { forceRefresh: boolean }) => Promise<Identity> = client.config.credentials;
  return provider({ forceRefresh: renew }).catch((cause) => {
    throw Object.assign(new Error(cause.message, { cause }), { name: 'CredentialsProviderError' });
  });
}

export async function connect(options: ConnectOptions, env = process.env): Promise<S3Client> {
  const { S3Client } = await importSdk();
  const agent = { keepAlive: true, maxSockets: options.maxSockets };
  const config: S3ClientConfig = {
    forcePathStyle: isLoopback(endpointOf(env)),
    cacheMiddleware: true,
    retryStrategy: retryStrategy(
      options,
      async () => void (await credentialsOf(client, true).catch(() => {})),
    ),
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: options.connectTimeout,
      socketTimeout: options.idleTimeout,
    },
  };
  const client = await inRegion((region) => new S3Client({ ...config, ...(region && { region }) }), env);
  return client;
}

/** The endpoint that is set; empty where AWS's own is used. */
export function endpointOf(env = process.env): string {
  return env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || '';
}

/** Servers on the own machine have no name for every bucket. */
export function isLoopback(endpoint: string | undefined): boolean {
  const host = URL.parse(endpoint ?? '')?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
