import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sum } from 'd3-array';
import type { ArtifactKey } from '../corpus/key.ts';
import type { Entry } from '../corpus/listing.ts';
import type { Wanted } from './load.ts';

/** Artifacts to a slice: enough to amortise a shard, few enough that slices can be dealt out evenly. */
const SLICE_ARTIFACTS = 128;
/** Artifacts to a task: enough to amortise a hand-over, few enough that little is lost when it dies with its
 * process. */
const TASK_ARTIFACTS = 256;
/** Bytes to a slice and to a task: bounds what a worker holds at once, whatever the sizes of its objects. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The part of one family's artifacts of one day whose keys fall together: what is read as one, kept as one, and
 * read anew when any of it changes. */
export interface Slice {
  /** Positions in the listing, ascending. */
  readonly entries: readonly number[];
  readonly artifacts: readonly Wanted[];
  readonly bytes: number;
  /** Where it is kept: `{day}/{family}/{digest of the keys and ETags}`. */
  readonly name: string;
}

/** Cuts entries into slices, the first of them at position `first`. Which slice a key falls into depends on the key alone,
 * as long as its day and family do not double in size: an artifact that comes late changes its slice, and no other. */
export function slicesOf(entries: readonly Entry[], first = 0): Slice[] {
  const groups = Map.groupBy(entries.keys(), (index) => {
    const { day, family } = entries[index] as Entry;
    return `${day}/${family.id}`;
  });
  return [...groups].flatMap(([group, positions]) => {
    const bytes = sum(positions, (index) => (entries[index] as Entry).size);
    const needed = Math.max(positions.length / SLICE_ARTIFACTS, bytes / MAX_BYTES, 1);
    const count = 2 ** Math.ceil(Math.log2(needed));
    const slices = Map.groupBy(positions, (index) => crc32((entries[index] as Entry).key) % count);
    return [...slices.values()].map((slice) => sliceOf(group, slice, entries, first));
  });
}

function sliceOf(
  group: string,
  positions: readonly number[],
  entries: readonly Entry[],
  first: number,
): Slice {
  const artifacts = positions.map((index) => entries[index] as Entry);
  const digest = hash(
    'sha256',
    artifacts.map(({ key, etag, size }) => `${key}\n${etag}\n${size}\n`).join(''),
  );
  return {
    entries: positions.map((position) => first + position),
    artifacts,
    bytes: sum(artifacts, ({ size }) => size),
    name: `${group}/${digest.slice(0, 32)}`,
  };
}

/** An artifact's key alone, which can be handed to a worker. */
export function keyOf({ key, day, agentId, artifactRunId }: ArtifactKey): ArtifactKey {
  return { key, day, agentId, artifactRunId };
}

/** What a worker is handed of an artifact that it is to read. */
export function wantedOf(artifact: Wanted): Wanted {
  return { ...keyOf(artifact), etag: artifact.etag };
}

/** Gathers consecutive slices into tasks for a worker, bounded by count and bytes; a slice larger than that stands
 * alone. */
export function* bundlesOf(slices: readonly Slice[]): Generator<readonly Slice[]> {
  let bundle: Slice[] = [];
  let count = 0;
  let bytes = 0;
  for (const slice of slices) {
    const full = count + slice.artifacts.length > TASK_ARTIFACTS || bytes + slice.bytes > MAX_BYTES;
    if (full && bundle.length > 0) {
      yield bundle;
      [bundle, count, bytes] = [[], 0, 0];
    }
    bundle.push(slice);
    count += slice.artifacts.length;
    bytes += slice.bytes;
  }
  if (bundle.length > 0) yield bundle;
}
