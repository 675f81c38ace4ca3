import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { isObject, stringAt, stringsAt } from '../../../shared/json.ts';
import { readJson } from '../../../store/read.ts';
import type { Store } from '../../../store/store.ts';

const PREFIX = '_replay_batches/';
const READS = 16;

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
    const json = await readJson(this.#store, key);
    const createdAt = stringAt(json, 'created_at');
    if (!isObject(json) || createdAt === undefined) return undefined;
    const batchId = stringAt(json, 'batch_id') ?? null;
    if (batchId !== null) this.#named.add(batchId);
    return {
      key,
      runId: stringAt(json, 'run_id') ?? '',
      createdAt,
      model: stringAt(json, 'model') ?? null,
      batchId,
      hashes: stringsAt(json, 'hashes') ?? [],
      state: json.collected === true ? 'collected' : json.abandoned === true ? 'abandoned' : 'open',
    };
  }

  /** For a batch that is about to be created. */
  intend(model: string, hashes: readonly string[]): Promise<BatchDocument> {
    return this.#put({ ...this.#blank(randomUUID()), model, hashes });
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
    const { key, runId, createdAt, model, batchId, hashes, state } = document;
    const json = {
      schema_version: 1,
      run_id: runId,
      created_at: createdAt,
      model,
      batch_id: batchId,
      ...(state !== 'open' && { [state]: true }),
      hashes,
    };
    if (batchId !== null) this.#named.add(batchId);
    await this.#store.put(key, `${JSON.stringify(json, null, 2)}\n`, { contentType: 'application/json' });
    return document;
  }
}
