import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SettingsError } from '../shared/errors.ts';

export type StoreUri =
  | { readonly scheme: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly scheme: 'file'; readonly path: string };

export const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
export const BUCKET_FORM = '3 to 63 lower-case letters, digits, . and -';

/** What no prefix is meant to hold, and all the same would be one that is empty: blanks beside a slash, a comment, a query,
 * a pattern, a variable that was not replaced. */
const STRAY = /(^|\/)(\s|\.\.?(\/|$))|\s(\/|$)|:\/\/|[\\^{}"`<>[\]|#?*]/;

/** Takes a store's URI apart. An S3 prefix is taken as written, without slashes at its ends; a file URI is
 * percent-decoded. Throws SettingsError. */
export function parseStoreUri(uri: string): StoreUri {
  const s3 = /^s3:\/\/([^/]*)\/*(.*?)\/*$/s.exec(uri);
  if (s3) {
    const [, bucket = '', prefix = ''] = s3;
    if (!BUCKET.test(bucket)) throw expected(`s3://bucket/prefix with a bucket of ${BUCKET_FORM}`, uri);
    if (STRAY.test(prefix)) {
      throw expected(
        's3://bucket/prefix without blanks beside a slash, . or .. or \\ ^ { } " ` < > [ ] | # ? *',
        uri,
      );
    }
    return { scheme: 's3', bucket, prefix };
  }
  // The URL parser would turn `file:dir` into the absolute `/dir`, and drop what follows ? or #.
  if (/^file:\/\/[^?#]*$/s.test(uri)) return { scheme: 'file', path: filePath(uri) };
  if (/^file:\/\//.test(uri)) throw expected('file:///dir with ? written %3F and # written %23', uri);
  throw expected('s3://bucket/prefix or file:///dir', uri);
}

function filePath(uri: string): string {
  let path: string;
  try {
    path = resolve(fileURLToPath(uri));
  } catch {
    throw expected('file:/// and an absolute path, % written %25', uri);
  }
  if (path.includes('\0')) throw expected('file:/// and a path without %00', uri);
  return path;
}

function expected(what: string, found: string): SettingsError {
  return new SettingsError(`expected ${what}, found ${JSON.stringify(found)}`);
}
