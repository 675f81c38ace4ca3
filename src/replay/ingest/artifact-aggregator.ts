import type { Entry } from '../../corpus/listing.ts';
import type { FaultKind, LoadedBatch } from '../../pool/load.ts';
import type { SliceResult } from '../../pool/pool.ts';
import { duplicateEntries } from './deduplicate.ts';

/** What became of one family's artifacts. */
export interface ArtifactCounts {
  listed: number;
  loaded: number;
  /** Older copies of a decision that a later day holds again. */
  deduplicated: number;
}

/** An artifact that could not be read. */
export interface LoadFailure {
  readonly entry: Entry;
  readonly error: string;
  readonly kind: FaultKind;
}

/** Something found in an artifact. */
interface Found {
  /** Position in the listing. */
  readonly entry: number;
}

interface Counted<C> {
  /** By family id. */
  readonly counts: ReadonlyMap<string, C>;
  /** The counts of the family of an entry. */
  countsAt(entry: number): C;
  /** Positions of older copies. */
  readonly superseded: ReadonlySet<number>;
  /** What counts of what was found, in the order of the listing. */
  current<T extends Found>(found: readonly T[]): T[];
}

/** What both jobs gather of slices, in whatever order they arrive: failures, capture times, counts by family. */
export abstract class ArtifactAggregator<B extends LoadedBatch> {
  readonly entries: readonly Entry[];
  readonly #failures: (Found & Omit<LoadFailure, 'entry'>)[] = [];
  readonly #capturedAt: Float64Array;

  /** `entries` are the artifacts that are read. */
  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    this.#capturedAt = new Float64Array(entries.length).fill(Number.NaN);
  }

  /** Takes in what came of a slice. */
  add({ entries, batch }: SliceResult<B>): void {
    for (const [position, time] of batch.capturedAt.entries()) {
      this.#capturedAt[entries[position] as number] = time;
    }
    this.#failures.push(...located(batch.failures, entries));
  }

  /** In the order of the listing. */
  get failures(): LoadFailure[] {
    return this.#failures
      .toSorted((a, b) => a.entry - b.entry)
      .map((failure) => ({ ...failure, entry: this.entries[failure.entry] as Entry }));
  }

  /** Counts what there is of each family. On `deduplicate` the newest capture counts of artifacts with one agent id and
   * run id. `others` makes the counts that a job has beside these. */
  protected count<C>(
    families: Iterable<string>,
    deduplicate: boolean,
    others: () => C,
  ): Counted<ArtifactCounts & C> {
    const failed = new Set(this.#failures.map(({ entry }) => entry));
    const superseded = deduplicate
      ? duplicateEntries(this.entries, this.#capturedAt, failed)
      : new Set<number>();
    const counts = new Map<string, ArtifactCounts & C>();
    for (const id of families) counts.set(id, { listed: 0, loaded: 0, deduplicated: 0, ...others() });
    const countsAt = (entry: number) =>
      counts.get(this.entries[entry]?.family.id as string) as ArtifactCounts & C;
    for (const index of this.entries.keys()) {
      const family = countsAt(index);
      family.listed += 1;
      if (!failed.has(index)) family.loaded += 1;
      if (superseded.has(index)) family.deduplicated += 1;
    }
    const current = <T extends Found>(found: readonly T[]) =>
      found.filter(({ entry }) => !superseded.has(entry)).sort((a, b) => a.entry - b.entry);
    return { counts, countsAt, superseded, current };
  }
}

/** What was found at positions of a slice, by positions in the listing. */
export function located<T extends { readonly position: number }>(
  found: readonly T[],
  entries: readonly number[],
): (Found & Omit<T, 'position'>)[] {
  return found.map(({ position, ...rest }) => ({ entry: entries[position] as number, ...rest }));
}
