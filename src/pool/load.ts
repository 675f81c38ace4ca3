import pMap from 'p-map';
import { type ArtifactKey, parseKey } from '../corpus/key.ts';
import { parseObject } from '../corpus/parse.ts';
import { ReplayError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Store } from '../store/store.ts';

/** A captured artifact is a megabyte or two at the most: its writer caps the snapshot at one. JSON can grow
 * fifty-fold when parsed, and what outgrows a worker's heap within one allocation ends the whole process. */
const MAX_ARTIFACT_BYTES = 4 * 1024 * 1024;

/** What every reading of a batch of artifacts comes to. Positions are positions in the batch. */
export interface LoadedBatch {
  readonly size: number;
  readonly failures: readonly {
    readonly position: number;
    readonly error: string;
    readonly transient: boolean;
  }[];
  /** Capture times in ms since 1970 by position; NaN where unreadable. */
  readonly capturedAt: Float64Array;
}

/** Loads and parses one artifact. Throws ReplayError when it cannot be had. */
export async function loadArtifact(store: Store, key: string): Promise<JsonObject> {
  return parseObject(await store.get(key, { maxBytes: MAX_ARTIFACT_BYTES }));
}

/** Loads and parses a batch and hands each artifact to `take`, which returns its capture time. A fault in one
 * object is that object's alone; what is no ReplayError is a fault of this program and is thrown. */
export async function loadBatch(
  store: Store,
  keys: readonly string[],
  concurrency: number,
  take: (json: JsonObject, key: ArtifactKey, position: number) => number,
): Promise<LoadedBatch> {
  const failures: { position: number; error: string; transient: boolean }[] = [];
  const capturedAt = new Float64Array(keys.length).fill(Number.NaN);
  await pMap(
    keys.entries(),
    async ([position, key]) => {
      try {
        const json = await loadArtifact(store, key);
        capturedAt[position] = take(json, parseKey(key) as ArtifactKey, position);
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        failures.push({ position, error: error.message, transient: error.exitCode === 75 });
      }
    },
    { concurrency },
  );
  return { size: keys.length, failures, capturedAt };
}
