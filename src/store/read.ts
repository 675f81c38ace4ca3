import { NotFoundError } from '../shared/errors.ts';
import { type JsonObject, parseJsonObject } from '../shared/json.ts';
import type { Store } from './store.ts';

/** The text under `key`; undefined when there is none. */
export async function readText(store: Store, key: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await store.get(key));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The JSON object under `key`; undefined when there is none, or something else. */
export async function readJson(store: Store, key: string): Promise<JsonObject | undefined> {
  return parseJsonObject((await readText(store, key)) ?? '');
}
