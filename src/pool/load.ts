import type { LimitFunction } from 'p-limit';
import type { ArtifactKey } from '../corpus/key.ts';
import { parseObject } from '../corpus/parse.ts';
import { ReplayError } from '../shared/errors.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Store } from '../store/store.ts';

/** A captured artifact is a megabyte or two at the most: its writer caps the snapshot at one. JSON can grow
 * fifty-fold when parsed, and what outgrows a worker's heap within one allocation ends the whole process. */
const MAX_ARTIFACT_BYTES = 4 * 1024 * 1024;

/** What every reading of a slice comes to. Positions are positions in the slice. */
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

/** Makes something of the artifacts of one slice. */
export interface Reader<B extends LoadedBatch> {
  /** Takes an artifact in, in whatever order they arrive; returns its capture time. */
  take(json: JsonObject, key: ArtifactKey, position: number): number;
  finish(loaded: LoadedBatch): B;
}

/** Loads and parses one artifact. Throws ReplayError when it cannot be had. */
export async function loadArtifact(store: Store, key: string): Promise<JsonObject> {
  return parseObject(await store.get(key, { maxBytes: MAX_ARTIFACT_BYTES }));
}

/** Loads slices, as many objects at once as `limit` lets. A fault in one object is that object's alone; what is no
 * ReplayError is a fault of this program and is thrown. */
export async function loadSlices<B extends LoadedBatch>(
  store: Store,
  slices: readonly (readonly ArtifactKey[])[],
  limit: LimitFunction,
  begin: () => Reader<B>,
): Promise<B[]> {
  const loading = slices.map((artifacts) => ({
    artifacts,
    reader: begin(),
    failures: [] as LoadedBatch['failures'][number][],
    capturedAt: new Float64Array(artifacts.length).fill(Number.NaN),
  }));
  const objects = loading.flatMap((slice) =>
    slice.artifacts.map((artifact, position) => ({ slice, artifact, position })),
  );
  await limit.map(objects, async ({ slice, artifact, position }) => {
    try {
      const json = await loadArtifact(store, artifact.key);
      slice.capturedAt[position] = slice.reader.take(json, artifact, position);
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      slice.failures.push({ position, error: error.message, transient: error.exitCode === 75 });
    }
  });
  return loading.map(({ artifacts, reader, failures, capturedAt }) =>
    reader.finish({ size: artifacts.length, failures, capturedAt }),
  );
}
