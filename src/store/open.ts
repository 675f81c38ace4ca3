import { FileStore } from './file/store.ts';
import { S3Store } from './s3/store.ts';
import type { OpenOptions, Store } from './store.ts';
import { parseStoreUri } from './uri.ts';

/** The store at `s3://bucket/prefix` or `file:///dir`. Throws SettingsError on any other URI; touches nothing. */
export function openStore(uri: string, options: OpenOptions = {}): Store {
  const parsed = parseStoreUri(uri);
  if (parsed.scheme === 's3') return new S3Store(parsed.bucket, parsed.prefix);
  return new FileStore(parsed.path, options);
}

/** Imports what the stores import only on first use, so that a dry run proves that it is there. */
export { importS3 as importStores } from './s3/store.ts';
