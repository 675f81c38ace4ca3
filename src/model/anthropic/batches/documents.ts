import pMap from 'p-map';
import { z } from 'zod';
import { AlreadyExistsError } from '../../../shared/errors.ts';
import { readJson } from '../../../store/read.ts';
import type { Store } from '../../../store/store.ts';
import { sha256 } from '../../prompt.ts';

const PREFIX = '_replay_batches/';
const READS = 16;
/** A batch ends within a day. */
const RECENT_MS = 25 * 3_600_000;
/** A custom id of ours: the hash of a call. */
export const HASH = /^[0-9a-f]{64}$/;

const documentSchema = z.object({
  run_id: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  model: z.string().nullable(),
  batch_id: z
    .string()
    .regex(/^[\w-]{1,128}$/)
    .nullable(),
  hashes: z.array(z.string().regex(HASH)),
  collected: z.boolean().optional(),
  abandoned: z.boolean().optional(),
});

/** What is known of one batch. It is written before the batch is created, so that a batch nobody has the id of
 * is known to be looked for. */
export interface BatchDocument {
  readonly key: string;
  readonly runId: string;
  /** ISO 8601; of the last try to create the batch. */
  readonly createdAt: string;
  /** Null for a batch that was found without its document. */
  readonly model: string | null;
  /** Null until the answer to its creation is there. */
  readonly batchId: string | null;
  /** The requests whose answers are still to be had from it. */
  readonly hashes: readonly string[];
  /** `collected`: it has nothing more to give. `abandoned`: it was never created, or is gone. */
  readonly state: 'open' | 'collected' | 'abandoned';
}

/** The documents under `_replay_batches/` of a store. */
export class BatchDocuments {
  readonly #store: Store;
  readonly #runId: string;
  readonly #named = new Set<string>();
  /** Keys of those that were closed here, or given out as closed by another run. */
  readonly #closed = new Set<string>();

  constructor(store: Store, runId: string) {
    this.#store = store;
    this.#runId = runId;
  }

  /** Whether some document that was read or written here is about this batch. */
  names(batchId: string): boolean {
    return this.#named.has(batchId);
  }

  /** All of them, newest first. */
  async readAll(): Promise<BatchDocument[]> {
    const { objects } = await this.#store.list(PREFIX);
    const documents = await pMap(objects, ({ key }) => this.read(key), { concurrency: READS });
    return documents
      .filter((document) => document !== undefined)
      .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  }

  /** Undefined when it is not there, or no such document. */
  async read(key: string): Promise<BatchDocument | undefined> {
    const { data } = documentSchema.safeParse(await readJson(this.#store, key));
    if (!data) return undefined;
    if (data.batch_id !== null) this.#named.add(data.batch_id);
    return {
      key,
      runId: data.run_id,
      createdAt: data.created_at,
      model: data.model,
      batchId: data.batch_id,
      hashes: data.hashes,
      state: data.collected ? 'collected' : data.abandoned ? 'abandoned' : 'open',
    };
  }

  /** Notes that a batch of these calls is about to be created. The key follows from the calls, so that of two runs
   * that are about to create the same batch one is first. The other gets that one's document, and `isOurs` is false:
   * an open one, or a collected one once. */
  async intend(
    model: string,
    hashes: readonly string[],
  ): Promise<{ readonly document: BatchDocument; readonly isOurs: boolean }> {
    const name = sha256([...hashes].sort().join(' '));
    for (let n = 0; ; n += 1) {
      const document = { ...this.#blank(`${name}.${n}`), model, hashes };
      try {
        await this.#store.putIfAbsent(document.key, textOf(document), JSON_TYPE);
        return { document, isOurs: true };
      } catch (error) {
        if (!(error instanceof AlreadyExistsError)) throw error;
      }
      const first = await this.read(document.key);
      if (first && this.#isOfUse(first, hashes)) return { document: first, isOurs: false };
    }
  }

  #isOfUse({ key, state, batchId, createdAt, hashes: held }: BatchDocument, wanted: readonly string[]) {
    if (state === 'open') {
      const all = new Set(held);
      return wanted.every((hash) => all.has(hash));
    }
    const isRecent = Date.now() - Date.parse(createdAt) < RECENT_MS;
    if (state === 'abandoned' || batchId === null || !isRecent || this.#closed.has(key)) return false;
    this.#closed.add(key);
    return true;
  }

  /** For another try to create it. */
  renew(intent: BatchDocument): Promise<BatchDocument> {
    return this.#put({ ...intent, createdAt: new Date().toISOString() });
  }

  name(intent: BatchDocument, batchId: string): Promise<BatchDocument> {
    return this.#put({ ...intent, batchId });
  }

  /** After a batch was read: `left` are the answers in it that nobody has taken yet. */
  close(document: BatchDocument, left: readonly string[]): Promise<BatchDocument> {
    this.#closed.add(document.key);
    return this.#put({ ...document, hashes: left, state: left.length === 0 ? 'collected' : 'open' });
  }

  /** The same for a batch that had no document. */
  adopt(batchId: string, left: readonly string[]): Promise<BatchDocument> {
    return this.close({ ...this.#blank(batchId), batchId }, left);
  }

  abandon(document: BatchDocument): Promise<BatchDocument> {
    return this.#put({ ...document, hashes: [], state: 'abandoned' });
  }

  #blank(name: string): BatchDocument {
    return {
      key: `${PREFIX}${name}.json`,
      runId: this.#runId,
      createdAt: new Date().toISOString(),
      model: null,
      batchId: null,
      hashes: [],
      state: 'open',
    };
  }

  async #put(document: BatchDocument): Promise<BatchDocument> {
    if (document.batchId !== null) this.#named.add(document.batchId);
    await this.#store.put(document.key, textOf(document), JSON_TYPE);
    return document;
  }
}

const JSON_TYPE = { contentType: 'application/json' };

function textOf({ runId, createdAt, model, batchId, hashes, state }: BatchDocument): string {
  const json = {
    schema_version: 1,
    run_id: runId,
    created_at: createdAt,
    model,
    batch_id: batchId,
    ...(state !== 'open' && { [state]: true }),
    hashes,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
