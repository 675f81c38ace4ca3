import { latestKey } from '../results/latest.ts';
import { ReplayError } from '../shared/errors.ts';
import { stringAt } from '../shared/json.ts';
import { readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

export interface WriteFailure {
  readonly key: string;
  readonly error: string;
}

/** Writes a run's files. A write that fails is noted, and the next goes out all the same. */
export class Files {
  readonly failures: WriteFailure[] = [];
  /** Of the last failure: 75 where it may pass. */
  exitCode = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves to whether the file was written. */
  async write(key: string, value: object): Promise<boolean> {
    return this.attempt(key, () => this.#put(key, value));
  }

  /** Writes a file and, when it is the newest of its folder, `latest.json` beside it: a copy that names the
   * file by its full key. A run with an older window end leaves `latest.json` as it is. */
  async writeWithLatest<T extends { readonly run_id: string }>(key: string, value: T): Promise<boolean> {
    if (!(await this.write(key, value))) return false;
    const latest = latestKey(key);
    return this.attempt(latest, async () => {
      const held = stringAt(await readJson(this.#store, latest), 'run_id') ?? '';
      if (held > value.run_id) return;
      await this.#put(latest, { ...value, artifact_key: this.#store.fullKey(key) });
    });
  }

  #put(key: string, value: object): Promise<void> {
    return this.#store.put(key, `${JSON.stringify(value, null, 2)}\n`, { contentType: 'application/json' });
  }

  /** Does what makes a file; a fault of the store is noted under its key. */
  async attempt(key: string, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      // JSON that a model nested too deeply cannot be written.
      if (!(error instanceof ReplayError || error instanceof RangeError)) throw error;
      this.failures.push({ key, error: error.message });
      this.exitCode = error instanceof ReplayError ? error.exitCode : 1;
      return false;
    }
  }
}
