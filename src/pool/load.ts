import { gunzipSync } from 'node:zlib';
import type { LimitFunction } from 'p-limit';
import type { ArtifactKey } from '../corpus/key.ts';
import { parseObject } from '../corpus/parse.ts';
import { AccessError, ChangedError, LoadError, NotFoundError } from '../shared/errors.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Store } from '../store/store.ts';
import { capturedCost, type MeteredCall } from './captured-cost.ts';

/** A captured artifact is a megabyte or two at the most: its writer caps the snapshot at one. JSON can grow
 * fifty-fold when parsed, and what outgrows a worker's heap within one allocation ends the whole process. */
const MAX_ARTIFACT_BYTES = 4 * 1024 * 1024;

/** What a fault in one object is of: its `content`, which only changes with the object; access to it that was
 * `refused`; or access that failed and may be had later, `passing`. */
export type FaultKind = 'content' | 'refused' | 'passing';

/** What every reading of a slice comes to. Positions are positions in the slice. */
export interface SliceContent {
  readonly size: number;
  readonly failures: readonly {
    readonly position: number;
    readonly error: string;
    readonly kind: FaultKind;
  }[];
  /** Capture times in ms since 1970 by position; NaN where unreadable. */
  readonly capturedAt: Float64Array;
  /** What the captured calls cost by position, USD; NaN where nothing tells. */
  readonly usd: Float64Array;
  /** Those of which only the tokens are known. */
  readonly metered: readonly (MeteredCall & { readonly position: number })[];
}

/** Makes something of the artifacts of one slice. */
export interface Reader<C extends SliceContent> {
  /** Takes an artifact in, in whatever order they arrive; returns its capture time. */
  take(json: JsonObject, key: ArtifactKey, position: number): number;
  finish(loaded: SliceContent): C;
}

/** An artifact to read. */
export interface Wanted extends ArtifactKey {
  /** As it was listed; empty where that is unknown. */
  readonly etag: string;
}

/** The content of a slice. It may be kept only when it is lasting: it then says all of the objects as they were listed. */
export interface Loaded<C extends SliceContent> {
  readonly content: C;
  readonly isLasting: boolean;
}

/** Loads and parses one artifact, the one with this ETag where one is given. Throws ReplayError when it cannot be
 * had. */
export async function loadArtifact(store: Store, key: string, etag?: string): Promise<JsonObject> {
  const options = { maxBytes: MAX_ARTIFACT_BYTES, ...(etag !== undefined && { etag }) };
  return parseObject(unpacked(await store.get(key, options)));
}

/** A copy made by other tools is often packed, without a header that says so; on a disk there is none. */
function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_ARTIFACT_BYTES });
  } catch (error) {
    const expected = `expected gzip, as the first bytes say, of ${MAX_ARTIFACT_BYTES} bytes at most`;
    throw new LoadError(`${expected}, found: ${(error as Error).message}`);
  }
}

/** Loads slices, as many objects at once as `limit` lets. A fault in one object is that object's alone. A fault of the
 * run is thrown, as is a fault of this program. */
export async function loadSlices<C extends SliceContent>(
  store: Store,
  slices: readonly (readonly Wanted[])[],
  limit: LimitFunction,
  begin: () => Reader<C>,
): Promise<Loaded<C>[]> {
  const loading = slices.map((artifacts) => ({
    artifacts,
    reader: begin(),
    failures: [] as SliceContent['failures'][number][],
    capturedAt: new Float64Array(artifacts.length).fill(Number.NaN),
    usd: new Float64Array(artifacts.length).fill(Number.NaN),
    metered: [] as SliceContent['metered'][number][],
    isLasting: true,
  }));
  const objects = loading.flatMap((slice) =>
    slice.artifacts.map((artifact, position) => ({ slice, artifact, position })),
  );
  await limit.map(objects, async ({ slice, artifact, position }) => {
    try {
      const json = await loadArtifact(store, artifact.key, artifact.etag || undefined).catch((error) => {
        if (!(error instanceof ChangedError)) throw error;
        // It was written anew since it was listed: this run takes it as it is, the next one lists it so.
        slice.isLasting = false;
        return loadArtifact(store, artifact.key);
      });
      slice.capturedAt[position] = slice.reader.take(json, artifact, position);
      const cost = capturedCost(json, artifact.day);
      if (typeof cost === 'number') slice.usd[position] = cost;
      else if (cost) slice.metered.push({ position, ...cost });
    } catch (error) {
      const kind = kindOf(error, artifact);
      if (kind !== 'content') slice.isLasting = false;
      slice.failures.push({ position, error: (error as Error).message, kind });
    }
  });
  return loading.map(({ artifacts, reader, isLasting, ...loaded }) => ({
    content: reader.finish({ size: artifacts.length, ...loaded }),
    isLasting,
  }));
}

/** Throws what is no fault in one object. One that was never listed does not appear by itself. */
function kindOf(error: unknown, { etag }: Wanted): FaultKind {
  if (error instanceof LoadError) return 'content';
  if (!(error instanceof AccessError)) throw error;
  return error.passes && !(error instanceof NotFoundError && etag === '') ? 'passing' : 'refused';
}
