import { NotFoundError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Store } from '../store/store.ts';

/** The JSON object under `key`; undefined when there is none, or something else. */
export async function readJson(store: Store, key: string): Promise<JsonObject | undefined> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await store.get(key)));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
