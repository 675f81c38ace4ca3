import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** SHA-256 of no bytes: the payload of every GET. */
const EMPTY_PAYLOAD = hash('sha256', '');

/** Headers as they are signed, in the canonical form: their names, and their lines. */
type SignedHeaders = ReturnType<typeof signedHeaders>;

/** Puts headers in the canonical form. Names must be in lower case. */
export function signedHeaders(headers: Readonly<Record<string, string>>) {
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}\n`);
  return { names: names.join(';'), lines: lines.join('') };
}

/** A text in a URL's query, as AWS encodes it: all but letters, digits and `-._~`. Throws URIError on a lone surrogate. */
export function encodeQuery(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A key or a name in a URL's path: as in a query, its slashes apart. */
export function encodePath(path: string): string {
  return encodeQuery(path).replaceAll('%2F', '/');
}

/** Signs by AWS Signature Version 4 (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html): gives what
 * makes the Authorization header of a GET. Its `path` and `query` are encoded as they are sent, its `time` is as in the
 * header X-Amz-Date: `20260711T120000Z`. */
export function signerOf(
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
  { region, service }: { readonly region: string; readonly service: string },
) {
  let keyDay = '';
  /** A key object, for which an HMAC costs a fifth of what it costs for the key's bytes. */
  let dayKey: KeyObject;
  return (path: string, query: string, headers: SignedHeaders, time: string): string => {
    const day = time.slice(0, 8);
    if (day !== keyDay) {
      const start: Buffer = Buffer.from(`AWS4${keys.secretAccessKey}`);
      const parts = [day, region, service, 'aws4_request'];
      dayKey = createSecretKey(
        parts.reduce((made, part) => createHmac('sha256', made).update(part).digest(), start),
      );
      keyDay = day;
    }
    const scope = `${day}/${region}/${service}/aws4_request`;
    const request = `GET\n${path}\n${query}\n${headers.lines}\n${headers.names}\n${EMPTY_PAYLOAD}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', request)}`;
    const signature = createHmac('sha256', dayKey).update(text).digest('hex');
    const credential = `${keys.accessKeyId}/${scope}`;
    return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${headers.names}, Signature=${signature}`;
  };
}

/** The time as X-Amz-Date has it. */
export function amzDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
