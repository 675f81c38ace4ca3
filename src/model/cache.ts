import { AlreadyExistsError, NotFoundError } from '../shared/errors.ts';
import { at, isObject } from '../shared/json.ts';
import type { Store } from '../store/store.ts';
import type { Message } from './call.ts';
import { isMessage } from './message.ts';

/** A completed call, as it is kept. */
export interface CachedCall {
  readonly schema_version: 1;
  readonly hash: string;
  readonly model: string;
  readonly message: Message;
  /** Null where the transport does not tell. */
  readonly latency_ms: number | null;
  readonly paid: {
    readonly at: string;
    readonly run_id: string;
    readonly agent_id: string;
    /** Null where the model has no known price. */
    readonly usd: number | null;
    /** The file that holds, or is to hold, the cost row of this call; null where none is written. */
    readonly cost_key: string | null;
  };
}

/** Completed calls by their hash, shared by every run that writes to the same place. */
export class CallCache {
  readonly #store: Store;
  readonly #prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** The call kept under `hash`; undefined when there is none, or what is there is no such thing. Throws what the
   * store throws: a call that may have been paid for must not be made again. */
  async get(hash: string): Promise<CachedCall | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#store.get(this.#keyOf(hash));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
    const text = new TextDecoder().decode(bytes);
    try {
      const value: unknown = JSON.parse(text);
      return isCachedCall(value, hash) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps a completed call and resolves to the one that is kept: that of another run which was first. */
  async keep(call: CachedCall): Promise<CachedCall> {
    const key = this.#keyOf(call.hash);
    const body = `${JSON.stringify(call)}\n`;
    const options = { contentType: 'application/json' };
    try {
      await this.#store.putIfAbsent(key, body, options);
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      const first = await this.get(call.hash);
      if (first) return first;
      await this.#store.put(key, body, options);
    }
    return call;
  }

  /** A prefix by the hash's first byte keeps any one folder small. */
  #keyOf(hash: string): string {
    return `${this.#prefix}/${hash.slice(0, 2)}/${hash}.json`;
  }
}

function isCachedCall(value: unknown, hash: string): value is CachedCall {
  return (
    isObject(value) &&
    at(value, 'hash') === hash &&
    isMessage(at(value, 'message')) &&
    isObject(at(value, 'paid'))
  );
}
