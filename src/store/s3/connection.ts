import Pool from 'undici/lib/dispatcher/pool.js';
import type { Request } from './answer.ts';
import type { Bucket, Identity } from './client.ts';
import { requestTemplate } from './request-template.ts';
import { amzDate, signedHeaders } from './sigv4.ts';

/** Sockets to a bucket, and how requests with one identity are signed. */
export type S3Connection = NonNullable<Awaited<ReturnType<typeof openConnection>>>;

/** Undefined when requests with this identity are not to be made by us. */
export async function openConnection(bucket: Bucket, identity: Identity) {
  const { client, options } = bucket;
  const template = await requestTemplate(bucket, identity);
  if (!template) return undefined;
  const { origin, base, headers: ofObjects, userAgent, sign } = template;
  // Asks for the checksum of an object; S3 knows it for nothing else.
  const { 'x-amz-checksum-mode': _, ...ofBucket } = ofObjects;
  const pool = new Pool(origin, {
    connections: options.maxSockets,
    connect: { timeout: options.connectTimeout },
    headersTimeout: options.idleTimeout,
    bodyTimeout: options.idleTimeout,
  });
  const validation = await client.config.responseChecksumValidation();

  /** The headers that all GETs have in a second. */
  const headersOf = (second: number) => {
    const time = amzDate(second * 1000);
    const dated = (lasting: Readonly<Record<string, string>>) => {
      const headers = { ...lasting, 'x-amz-date': time };
      const flat = Object.entries({ ...headers, 'user-agent': userAgent }).flat();
      return { signed: signedHeaders(headers), flat };
    };
    return { second, time, object: dated(ofObjects), bucket: dated(ofBucket) };
  };
  let current = headersOf(0);

  return {
    pool,
    checksDigests: validation === 'WHEN_SUPPORTED',
    /** A GET of an object, by its encoded key, or of the bucket, by an encoded query. */
    request({ key = '', query = '' }: { readonly key?: string; readonly query?: string }): Request {
      const second = Math.floor((Date.now() + client.config.systemClockOffset) / 1000);
      if (second !== current.second) current = headersOf(second);
      const { signed, flat } = key ? current.object : current.bucket;
      const path = base + key;
      const authorization = sign(path, query, signed, current.time);
      return { path: query ? `${path}?${query}` : path, headers: [...flat, 'authorization', authorization] };
    },
  };
}
