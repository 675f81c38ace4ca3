import type { Listed } from '../store.ts';
import { encodeQuery } from './sigv4.ts';

/** What to list: keys that start with `prefix`, behind `after`, from where `token` left off; those that hold
 * `delimiter` beyond the prefix as one common prefix each. */
export interface PageRequest {
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly token?: string | undefined;
  readonly delimiter?: string;
}

export interface Page {
  readonly objects: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  /** Absent on the last page. */
  readonly next: string | undefined;
}

/** The query of a page, sorted and encoded as it is signed. */
export function queryOf({ prefix, after, token, delimiter }: PageRequest): string {
  const parameters = {
    'continuation-token': token,
    delimiter,
    'list-type': '2',
    prefix,
    'start-after': after,
  };
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeQuery(value)}`]))
    .join('&');
}

/** Reads the XML of a page, in a tenth of the time that a parser of any XML needs. Undefined for whatever is not as S3
 * writes it (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). */
export function parsePage(xml: string): Page | undefined {
  const truncated = /<IsTruncated>(true|false)<\/IsTruncated>/.exec(xml)?.[1];
  if (!truncated || !/<\/ListBucketResult>\s*$/.test(xml) || xml.includes('<EncodingType>')) return undefined;
  const objects: Listed[] = [];
  for (let at = xml.indexOf(CONTENTS); at !== -1; at = xml.indexOf(CONTENTS, at + 1)) {
    const end = xml.indexOf('</Contents>', at);
    const key = childOf(xml, 'Key', at, end);
    const size = childOf(xml, 'Size', at, end) ?? '';
    const etag = childOf(xml, 'ETag', at, end);
    if (key === undefined || !/^\d+$/.test(size) || etag === undefined) return undefined;
    objects.push({ key: textOf(key), size: Number(size), etag: textOf(etag) });
  }
  const commonPrefixes = Array.from(
    xml.matchAll(/<CommonPrefixes>\s*<Prefix>([^<]*)<\/Prefix>\s*<\/CommonPrefixes>/g),
    ([, prefix = '']) => textOf(prefix),
  );
  const token = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml)?.[1];
  if (truncated === 'true' && token === undefined) return undefined;
  return { objects, commonPrefixes, next: truncated === 'true' && token ? textOf(token) : undefined };
}

const CONTENTS = '<Contents>';

/** The text of an element between two places; undefined where it is not there, or holds other elements. */
function childOf(xml: string, name: string, from: number, to: number): string | undefined {
  const tag = `<${name}>`;
  const start = xml.indexOf(tag, from) + tag.length;
  const end = xml.indexOf('<', start);
  return start > from + tag.length && end < to && xml.startsWith(`</${name}>`, end)
    ? xml.slice(start, end)
    : undefined;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(escaped: string): string {
  if (!escaped.includes('&')) return copied(escaped);
  // Every ETag stands in quotes, and has no other sign that is escaped.
  const unquoted = escaped.replaceAll('&quot;', '"');
  if (!unquoted.includes('&')) return unquoted;
  return escaped.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (name) return NAMED[name] ?? entity;
    const codePoint = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : entity;
  });
}

/** The same text in memory of its own: a part of a page would keep the whole page. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}
