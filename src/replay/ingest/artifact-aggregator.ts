import { sum } from 'd3-array';
import type { Entry } from '../../corpus/listing.ts';
import { monthsSinceFirst } from '../../corpus/window.ts';
import type { FaultKind, SliceContent } from '../../pool/load.ts';
import type { SliceResult } from '../../pool/pool.ts';
import type { CapturedCost } from '../../results/parts.ts';
import { duplicateEntries } from './deduplicate.ts';

/** What became of one family's artifacts. */
export interface ArtifactCounts {
  listed: number;
  loaded: number;
  /** Older copies of a decision that a later day holds again. */
  deduplicated: number;
  /** `YYYY-MM-DD`; null without a capture. */
  newest_capture_date: string | null;
  captured_cost: CapturedCost | null;
}

const NO_ARTIFACT: ArtifactCounts = {
  listed: 0,
  loaded: 0,
  deduplicated: 0,
  newest_capture_date: null,
  captured_cost: null,
};

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
export abstract class ArtifactAggregator<C extends SliceContent> {
  readonly entries: readonly Entry[];
  readonly #failures: (Found & Omit<LoadFailure, 'entry'>)[] = [];
  readonly #capturedAt: Float64Array;
  /** What the captured calls cost, USD; NaN where nothing tells. */
  protected readonly usd: Float64Array;
  readonly #lastDay: string;

  /** `entries` are the artifacts that are read, of a window that ends on `lastDay`. */
  constructor(entries: readonly Entry[], lastDay: string) {
    this.entries = entries;
    this.#capturedAt = new Float64Array(entries.length).fill(Number.NaN);
    this.usd = this.#capturedAt.slice();
    this.#lastDay = lastDay;
  }

  /** Takes in what came of a slice. */
  add({ entries, content }: SliceResult<C>): void {
    for (const [position, time] of content.capturedAt.entries()) {
      this.#capturedAt[entries[position] as number] = time;
      this.usd[entries[position] as number] = content.usd[position] as number;
    }
    this.#failures.push(...located(content.failures, entries));
  }

  /** When an artifact was captured, ms since 1970; NaN where that is not known. */
  capturedAt(entry: number): number {
    return this.#capturedAt[entry] as number;
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
    for (const id of families) counts.set(id, { ...NO_ARTIFACT, ...others() });
    const countsAt = (entry: number) =>
      counts.get(this.entries[entry]?.family.id as string) as ArtifactCounts & C;
    for (const [index, entry] of this.entries.entries()) {
      const family = countsAt(index);
      countListed(family, entry);
      if (!failed.has(index)) family.loaded += 1;
      if (superseded.has(index)) family.deduplicated += 1;
    }
    const priced = [...this.entries.keys()].filter(
      (index) => !superseded.has(index) && !Number.isNaN(this.usd[index]),
    );
    for (const [id, own] of Map.groupBy(priced, (index) => this.entries[index]?.family.id as string)) {
      (counts.get(id) as ArtifactCounts).captured_cost = this.#costOf(own);
    }
    const current = <T extends Found>(found: readonly T[]) =>
      found.filter(({ entry }) => !superseded.has(entry)).sort((a, b) => a.entry - b.entry);
    return { counts, countsAt, superseded, current };
  }

  #costOf(priced: readonly number[]): CapturedCost {
    const usd = sum(priced, (index) => this.usd[index]);
    const months = monthsSinceFirst(
      priced.map((index) => (this.entries[index] as Entry).day),
      this.#lastDay,
    );
    const captures = priced.length;
    return { captures, usd, decisions_per_month: captures / months, cost_per_month_usd: usd / months };
  }
}

/** Counts an artifact of its family, read or not. */
export function countListed(family: ArtifactCounts, { day }: Entry): void {
  family.listed += 1;
  if (day > (family.newest_capture_date ?? '')) family.newest_capture_date = day;
}

/** What was found at positions of a slice, by positions in the listing. */
export function located<T extends { readonly position: number }>(
  found: readonly T[],
  entries: readonly number[],
): (Found & Omit<T, 'position'>)[] {
  return found.map(({ position, ...rest }) => ({ entry: entries[position] as number, ...rest }));
}
