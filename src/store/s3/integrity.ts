import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';

/** What in a body is not as its headers promise; undefined when all is well. The length is always checked. Of the
 * digests that S3 gives, the first that Node computes is checked: a checksum of the whole object, else the ETag where it
 * is an MD5. It is none for multipart uploads and for objects under keys of KMS or of the customer
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). */
export function damageOf(body: Buffer, headers: IncomingHttpHeaders, digests: boolean): string | undefined {
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== body.length) {
    return `the body broke off: expected ${length} bytes, found ${body.length}`;
  }
  if (!digests) return undefined;
  for (const [name, digest] of CHECKSUMS) {
    const expected = headers[`x-amz-checksum-${name}`];
    // Of parts that were uploaded one by one it is a checksum of checksums: `…-3`.
    if (typeof expected === 'string' && !expected.includes('-')) return compare(name, expected, digest(body));
  }
  const [, md5] = /^"([0-9a-f]{32})"$/.exec(headers.etag ?? '') ?? [];
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256';
  const ofCustomer = 'x-amz-server-side-encryption-customer-algorithm' in headers;
  if (!md5 || encryption !== 'AES256' || ofCustomer) return undefined;
  return compare('MD5 (ETag)', md5, hash('md5', body));
}

const CHECKSUMS: readonly (readonly [string, (body: Buffer) => string])[] = [
  ['crc32', (body) => Buffer.from(crc32(body).toString(16).padStart(8, '0'), 'hex').toString('base64')],
  ['sha256', (body) => hash('sha256', body, 'base64')],
  ['sha1', (body) => hash('sha1', body, 'base64')],
];

function compare(name: string, expected: string, found: string): string | undefined {
  if (expected === found) return undefined;
  return (
    `Checksum mismatch: expected ${name} ${expected}, found ${found}; if this store's are no ` +
    'digests of the content, set AWS_RESPONSE_CHECKSUM_VALIDATION=when_required'
  );
}
