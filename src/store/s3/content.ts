import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { AccessError, ChangedError } from '../../shared/errors.ts';
import { tooLarge } from '../store.ts';

/** What a read expects of an object. */
export interface Expected {
  readonly key: string;
  readonly maxBytes: number;
  /** As it was listed; undefined where any will do. */
  readonly etag: string | undefined;
}

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};
/** Of the transfer, or of the text: some uploads leave them here. */
const NO_ENCODINGS = new Set(['', 'identity', 'none', 'aws-chunked', 'utf-8', 'utf8']);

/** The content of a body, unpacked where it was stored under a Content-Encoding. Throws ChangedError when the object is
 * not the one that was listed, LoadError when it is too large, and AccessError when it cannot be unpacked: that may be for
 * a wrong header, which changes without the ETag. */
export function plainContent(
  body: Buffer,
  { key, maxBytes, etag: listed }: Expected,
  etag: string | undefined,
  contentEncoding: string | undefined,
): Buffer {
  if (listed !== undefined && nakedEtag(listed) !== nakedEtag(etag ?? ''))
    throw new ChangedError(`${key}: expected the ETag ${listed} that was listed, found ${etag}`);
  if (contentEncoding === undefined) return body;
  const encodings = contentEncoding.split(',').map((name) => name.trim().toLowerCase());
  return encodings
    .filter((name) => !NO_ENCODINGS.has(name))
    .reduceRight((packed, name) => unpack(packed, name, key, maxBytes), body);
}

function unpack(packed: Buffer, encoding: string, key: string, maxBytes: number): Buffer {
  const decode = DECODERS[encoding];
  if (!decode) {
    const known = Object.keys(DECODERS).join(', ');
    const found = `${key}: expected a Content-Encoding among ${known}, found ${encoding}; store it plain`;
    throw new AccessError(found, { passes: false });
  }
  // Some gateways unpack the body and leave the header.
  if (decode === gunzipSync && !(packed[0] === 0x1f && packed[1] === 0x8b)) return packed;
  try {
    return decode(packed, Number.isFinite(maxBytes) ? { maxOutputLength: maxBytes } : {});
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(key, 'more, unpacked', maxBytes);
    const found = error instanceof Error ? error.message : String(error);
    const message = `${key}: expected ${encoding} as its Content-Encoding says, found ${found}`;
    throw new AccessError(message, { passes: false });
  }
}

/** An ETag without the quotes and the mark of a weak one, which listings and answers may write differently. */
function nakedEtag(etag: string): string {
  return etag.replace(/^(W\/)?"(.*)"$/, '$2');
}
