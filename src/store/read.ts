import pMap from 'p-map';
import { LoadError, NotFoundError } from '../shared/errors.ts';
import { type JsonObject, parseJsonObject } from '../shared/json.ts';
import type { Store } from './store.ts';

/** Largest file of ours that is read whole, bytes: rows and documents of the largest runs stay below a tenth of it. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Of one call, claim or batch. */
export const MAX_RECORD = 4 * 1024 * 1024;
const READS_IN_FLIGHT = 32;

/** The text under `key`; undefined when there is none. Throws LoadError when it is larger than `maxBytes`. */
export async function readText(store: Store, key: string, maxBytes = MAX_BYTES): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await store.get(key, { maxBytes }));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The JSON object under `key`; undefined when there is none, or something else, or more than `maxBytes`. */
export async function readJson(
  store: Store,
  key: string,
  maxBytes = MAX_BYTES,
): Promise<JsonObject | undefined> {
  try {
    return parseJsonObject((await readText(store, key, maxBytes)) ?? '');
  } catch (error) {
    if (error instanceof LoadError) return undefined;
    throw error;
  }
}

/** Calls `read` for each item, some at a time; resolves to what they give, in order. */
export function readEach<Item, T>(items: readonly Item[], read: (item: Item) => Promise<T>): Promise<T[]> {
  return pMap(items, read, { concurrency: READS_IN_FLIGHT });
}
