import { type Bucket, byBytes, type StoredObject } from './bucket.ts';

/** A page of ListObjectsV2, as XML, of at most `pageKeys` keys. */
export function listPage(
  name: string,
  bucket: Bucket,
  query: URLSearchParams,
  modified: string,
  pageKeys: number,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const max = Math.min(Number(query.get('max-keys') ?? pageKeys), pageKeys);
  const token = query.get('continuation-token');
  const written = query.get('encoding-type') === 'url' ? encodeURIComponent : xml;
  const { keys } = bucket;

  const contents: string[] = [];
  const commonPrefixes: string[] = [];
  let position = startOf(keys, prefix, query, token);
  let last = '';
  while (contents.length + commonPrefixes.length < max) {
    const key = keys[position];
    if (!key?.startsWith(prefix)) break;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut === -1) {
      contents.push(contentsOf(written(key), bucket.objects.get(key) as StoredObject, modified));
      position += 1;
      last = key;
    } else {
      const common = key.slice(0, cut + delimiter.length);
      commonPrefixes.push(`<CommonPrefixes><Prefix>${written(common)}</Prefix></CommonPrefixes>`);
      last = behindAll(common);
      position = firstNotBefore(keys, last);
    }
  }
  const truncated = keys[position]?.startsWith(prefix) ?? false;
  const next = truncated ? Buffer.from(last).toString('base64url') : undefined;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<Name>${name}</Name><Prefix>${written(prefix)}</Prefix>` +
    (token === null ? '' : `<ContinuationToken>${xml(token)}</ContinuationToken>`) +
    (next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`) +
    `<KeyCount>${contents.length + commonPrefixes.length}</KeyCount><MaxKeys>${max}</MaxKeys>` +
    (delimiter === '' ? '' : `<Delimiter>${written(delimiter)}</Delimiter>`) +
    (written === xml ? '' : '<EncodingType>url</EncodingType>') +
    `<IsTruncated>${truncated}</IsTruncated>${contents.join('')}${commonPrefixes.join('')}</ListBucketResult>`
  );
}

function startOf(
  keys: readonly string[],
  prefix: string,
  query: URLSearchParams,
  token: string | null,
): number {
  const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString();
  if (!after || byBytes(after, prefix) < 0) return firstNotBefore(keys, prefix);
  const position = firstNotBefore(keys, after);
  return keys[position] === after ? position + 1 : position;
}

/** Sorts behind every key that begins with `prefix`, and before all others that come after these. */
function behindAll(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

function firstNotBefore(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byBytes(keys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function contentsOf(key: string, { md5, body }: StoredObject, modified: string): string {
  return (
    `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>&quot;${md5}&quot;</ETag>` +
    '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>' +
    `<Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  );
}

function xml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
