import { z } from 'zod';
import { AlreadyExistsError } from '../../../shared/errors.ts';
import { MAX_RECORD, readEach, readJson } from '../../../store/read.ts';
import type { Store } from '../../../store/store.ts';
import { sha256 } from '../../prompt.ts';
import { BATCH_ID } from './message-batch.ts';

const PREFIX = '_replay_batches/';
/** A batch ends within a day. */
const RECENT_MS = 25 * 3_600_000;
/** A custom id of ours: the hash of a call. */
export const HASH = /^[0-9a-f]{64}$/;

const documentSchema = z.object({
  run_id: z.string(),
  /** Of the last try to create the batch. */
  created_at: z.iso.datetime({ offset: true }),
  /** Null for a batch that was found without its document. */
  model: z.string().nullable(),
  /** Null until the answer to its creation is there. */
  batch_id: z.string().regex(BATCH_ID).nullable(),
  /** The requests whose answers are still to be had from it. */
  hashes: z.array(z.string().regex(HASH)),
  /** It has nothing more to give. */
  collected: z.boolean().optional(),
  /** It was not to be found, or is gone. */
  abandoned: z.boolean().optional(),
});

/** What is known of one batch. It is written before the batch is created, so that a batch nobody has the id of
 * is known to be looked for. */
export interface BatchDocument extends Readonly<z.output<typeof documentSchema>> {
  readonly key: string;
}

/** Whether it may have something to give. */
export function isOpen({ collected, abandoned }: BatchDocument): boolean {
  return !collected && !abandoned;
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
    const documents = await readEach(objects, ({ key }) => this.read(key));
    return documents
      .filter((document) => document !== undefined)
      .sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
  }

  /** Undefined when it is not there, or no such document. */
  async read(key: string): Promise<BatchDocument | undefined> {
    const { data } = documentSchema.safeParse(await readJson(this.#store, key, MAX_RECORD));
    if (!data) return undefined;
    if (data.batch_id !== null) this.#named.add(data.batch_id);
    return { key, ...data };
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
      const document = { ...this.#blank(`${name}.${n}`), model, hashes: [...hashes] };
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

  #isOfUse(document: BatchDocument, wanted: readonly string[]) {
    const { key, collected, batch_id, created_at, hashes } = document;
    if (isOpen(document)) {
      const all = new Set(hashes);
      return wanted.every((hash) => all.has(hash));
    }
    const isRecent = Date.now() - Date.parse(created_at) < RECENT_MS;
    if (!collected || batch_id === null || !isRecent || this.#closed.has(key)) return false;
    this.#closed.add(key);
    return true;
  }

  /** For another try to create it. */
  renew(intent: BatchDocument): Promise<BatchDocument> {
    return this.#put({ ...intent, created_at: new Date().toISOString() });
  }

  name(intent: BatchDocument, batchId: string): Promise<BatchDocument> {
    return this.#put({ ...intent, batch_id: batchId });
  }

  /** After a batch was read: `left` are the answers in it that nobody has taken yet. */
  close(document: BatchDocument, left: readonly string[]): Promise<BatchDocument> {
    this.#closed.add(document.key);
    return this.#put({ ...document, hashes: [...left], collected: left.length === 0 || undefined });
  }

  /** The same for a batch that had no document. */
  adopt(batchId: string, left: readonly string[]): Promise<BatchDocument> {
    return this.close({ ...this.#blank(batchId), batch_id: batchId }, left);
  }

  /** Of a batch that may turn up after all, the hashes are kept. */
  abandon(document: BatchDocument, mayTurnUp: boolean): Promise<BatchDocument> {
    const hashes = mayTurnUp ? document.hashes : [];
    return this.#put({ ...document, hashes, collected: undefined, abandoned: true });
  }

  #blank(name: string): BatchDocument {
    return {
      key: `${PREFIX}${name}.json`,
      run_id: this.#runId,
      created_at: new Date().toISOString(),
      model: null,
      batch_id: null,
      hashes: [],
    };
  }

  async #put(document: BatchDocument): Promise<BatchDocument> {
    if (document.batch_id !== null) this.#named.add(document.batch_id);
    await this.#store.put(document.key, textOf(document), JSON_TYPE);
    return document;
  }
}

const JSON_TYPE = { contentType: 'application/json' };

function textOf({ key: _, hashes, ...rest }: BatchDocument): string {
  return `${JSON.stringify({ schema_version: 1, ...rest, hashes }, null, 2)}\n`;
}
