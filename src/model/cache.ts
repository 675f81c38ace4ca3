import { z } from 'zod';
import { AlreadyExistsError } from '../shared/errors.ts';
import { MAX_RECORD, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { MAX_USD, messageSchema } from './message.ts';

/** No call takes so long, or costs MAX_USD: what says so was written by somebody else. */
const MAX_LATENCY_MS = 86_400_000;

/** A completed call, as it is kept. */
const cachedCallSchema = z.object({
  schema_version: z.literal(1),
  hash: z.string(),
  model: z.string(),
  message: messageSchema,
  /** Null where the transport does not tell. */
  latency_ms: z.number().min(0).max(MAX_LATENCY_MS).nullable(),
  paid: z.object({
    at: z.iso.datetime({ offset: true }),
    run_id: z.string(),
    agent_id: z.string(),
    /** Null where the model has no known price. */
    usd: z.number().min(0).max(MAX_USD).nullable(),
    /** The file that holds, or is to hold, the cost row of this call; null where none is written. Rows are appended
     * to what it names, so that it must name nothing else. */
    cost_key: z
      .string()
      .regex(/^_cost_raw\/\d{4}-\d{2}-\d{2}\/\d{10}\/replay-concordance\.\d{1,9}\.jsonl$/)
      .nullable(),
  }),
});

export type CachedCall = Readonly<z.output<typeof cachedCallSchema>>;

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
    const { data } = cachedCallSchema.safeParse(await readJson(this.#store, this.#keyOf(hash), MAX_RECORD));
    return data?.hash === hash ? data : undefined;
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

  /** Finds out whether calls can be kept. Throws what the store throws. */
  checkWritable(): Promise<void> {
    return this.#store.checkWritable(`${this.#prefix}/`);
  }

  /** A prefix by the hash's first byte keeps any one folder small. */
  #keyOf(hash: string): string {
    return `${this.#prefix}/${hash.slice(0, 2)}/${hash}.json`;
  }
}
