import { LoadError } from '../shared/errors.ts';

/** One listed object. `etag` is opaque: it changes when the content does. */
export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** Something under the prefix that the store will not read, such as a link that leaves the root. */
export interface Refused {
  readonly key: string;
  readonly reason: string;
}

/** What lies under a prefix. */
export interface Listing {
  /** In UTF-8 byte order of the keys. */
  readonly objects: readonly Listed[];
  /** To be counted by the caller: nothing is left out in silence. */
  readonly refused: readonly Refused[];
}

export interface OpenOptions {
  /** Whether a put makes the root folder where it is missing; true by default. Buckets are never made. */
  readonly create?: boolean;
}

export interface GetOptions {
  /** Largest acceptable object, in bytes. */
  readonly maxBytes?: number;
  /** As the object was listed: another object under the key throws ChangedError. */
  readonly etag?: string;
  readonly signal?: AbortSignal;
}

export interface PutOptions {
  readonly contentType?: string;
}

/** Reads out of the ordinary since a store was opened. */
export interface ReadCounts {
  /** Requests made again after a fault that might pass. */
  retried: number;
  /** Objects and pages that were left to the SDK, for want of an ordinary answer or of credentials that we can sign
   * with. */
  bySdk: number;
}

/** Name of the object that is as if written to find out whether that is allowed. */
export const PROBE = 'probe';

/** A place that holds objects by key, S3 bucket and prefix or folder. Keys are relative to its root and use
 * `/`. Opening one costs nothing: the first call touches the disk or the network.
 *
 * The store makes all retries: what it throws is final, and says what the fault is of. LoadError: the content of the
 * object. AccessError, NotFoundError and ChangedError among it: this object alone cannot be had. RunError and
 * TransientError: no object can, the latter where that passes. AlreadyExistsError: of a conditional put. An aborted
 * call throws the signal's reason. */
export interface Store {
  /** Shown to people and written into results: `s3://bucket/prefix` or `file:///dir`, no slash at the end. */
  readonly uri: string;
  readonly reads: Readonly<ReadCounts>;
  /** A key as others know it: the bucket's own key, the prefix included; in a folder the key as it is. */
  fullKey(key: string): string;
  /** All objects whose key starts with `prefix`. */
  list(prefix: string, signal?: AbortSignal): Promise<Listing>;
  /** The object's content, whole and as it was stored, unpacked where it has a Content-Encoding. Throws LoadError when
   * it is larger than `maxBytes`. */
  get(key: string, options?: GetOptions): Promise<Uint8Array>;
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<void>;
  /** Puts only when the key is free, else throws AlreadyExistsError; of several at once exactly one wins. */
  putIfAbsent(key: string, body: Uint8Array | string, options?: PutOptions): Promise<void>;
  /** Finds out whether objects can be written under `prefix`, and leaves none. Throws what a put would. */
  checkWritable(prefix: string): Promise<void>;
  close(): void;
}

/** What to throw for an object of more than `maxBytes`. */
export function tooLarge(key: string, bytes: number | string, maxBytes: number): LoadError {
  return new LoadError(
    `${key}: expected ${maxBytes} bytes at most, found ${bytes}; no artifact is so large, move it elsewhere`,
  );
}
