/** One listed object. `etag` is opaque: it changes when the content does. */
export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

export interface Page {
  readonly objects: readonly Listed[];
  /** Token of the next page; absent on the last one. */
  readonly next?: string;
}

/** A place that holds objects by key, S3 bucket and prefix or folder. Keys are relative to its root and use
 * `/`. Retries are the store's own affair: what it throws is final.
 *
 * Throws NotFoundError, AlreadyExistsError, TransientError, or RunError (refused, unreachable). */
export interface Store {
  /** Shown to people and written into results: `s3://bucket/prefix` or `file:///dir`. */
  readonly uri: string;
  /** One page of the objects whose key starts with `prefix`, in UTF-8 byte order of the keys. */
  list(prefix: string, token?: string, signal?: AbortSignal): Promise<Page>;
  /** The object's bytes. Throws LoadError when it is larger than `maxBytes`. */
  get(key: string, options?: { maxBytes?: number; signal?: AbortSignal }): Promise<Uint8Array>;
  put(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<void>;
  /** Puts only when the key is free, else throws AlreadyExistsError; of two at once exactly one wins. */
  putIfAbsent(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<void>;
  close(): void;
}
