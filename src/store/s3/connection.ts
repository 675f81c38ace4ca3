import type { S3Client } from '@aws-sdk/client-s3';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Bucket, Identity } from './client.ts';
import { type RequestTemplate, requestTemplate } from './request-template.ts';
import { amzDate, type SignedHeaders, signedHeaders } from './sigv4.ts';

/** Asks for the checksum of an object; S3 knows it for nothing else. */
const CHECKSUM_MODE = 'x-amz-checksum-mode';

interface Headers {
  readonly signed: SignedHeaders;
  readonly flat: readonly string[];
}

/** Sockets to a bucket, and how requests with one identity are signed. */
export class S3Connection {
  readonly pool: Pool;
  readonly checksDigests: boolean;
  readonly #client: S3Client;
  readonly #template: RequestTemplate;
  #second = 0;
  #time = '';
  /** The headers that all GETs of an object have in this second. */
  #ofObjects: Headers | undefined;

  private constructor({ client, options }: Bucket, template: RequestTemplate, checksDigests: boolean) {
    this.#client = client;
    this.#template = template;
    this.checksDigests = checksDigests;
    this.pool = new Pool(template.origin, {
      connections: options.maxSockets,
      connect: { timeout: options.connectTimeout },
      headersTimeout: options.idleTimeout,
      bodyTimeout: options.idleTimeout,
    });
  }

  /** Undefined when requests with this identity are not to be made by us. */
  static async open(bucket: Bucket, identity: Identity): Promise<S3Connection | undefined> {
    const template = await requestTemplate(bucket, identity);
    const validation = await bucket.client.config.responseChecksumValidation();
    return template && new S3Connection(bucket, template, validation === 'WHEN_SUPPORTED');
  }

  /** A GET of an object: its encoded key. */
  ofObject(path: string): { path: string; headers: string[] } {
    this.#tick();
    this.#ofObjects ??= this.#headers(this.#template.headers);
    return this.#sign(this.#template.base + path, '', this.#ofObjects);
  }

  /** A GET of the bucket: an encoded query. */
  ofBucket(query: string): { path: string; headers: string[] } {
    this.#tick();
    const { [CHECKSUM_MODE]: _, ...lasting } = this.#template.headers;
    return this.#sign(this.#template.base, query, this.#headers(lasting));
  }

  #tick(): void {
    const second = Math.floor((Date.now() + this.#client.config.systemClockOffset) / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#time = amzDate(second * 1000);
    this.#ofObjects = undefined;
  }

  #headers(lasting: Readonly<Record<string, string>>): Headers {
    const headers = { ...lasting, 'x-amz-date': this.#time };
    const sent = { ...headers, 'user-agent': this.#template.userAgent };
    return { signed: signedHeaders(headers), flat: Object.entries(sent).flat() };
  }

  #sign(path: string, query: string, { signed, flat }: Headers): { path: string; headers: string[] } {
    const authorization = this.#template.signer.authorization(path, query, signed, this.#time);
    return { path: query ? `${path}?${query}` : path, headers: [...flat, 'authorization', authorization] };
  }
}
