import type { AgentFamily } from '../../agents/family.ts';
import type { Entry } from '../../corpus/listing.ts';
import type { CandidateBatch, Candidate as Classified } from '../../pool/candidates.ts';
import type { SliceResult } from '../../pool/pool.ts';
import { duplicateEntries } from '../ingest/deduplicate.ts';
import type { LoadFailure } from '../ingest/load-failures.ts';
import { roundRobin } from './round-robin.ts';

/** A capture that can be replayed, and where it comes from. */
export interface Candidate extends Omit<Classified, 'position'> {
  readonly entry: Entry;
}

/** What became of one family's artifacts: listed = loaded + load failures + skipped unread, and replayable =
 * loaded − deduplicated − skipped once read. */
export interface ReplayCounts {
  listed: number;
  loaded: number;
  /** Older copies of a decision that a later day holds again. */
  deduplicated: number;
  skipped: Record<string, number>;
  replayable: number;
}

/** Everything in a window that could be replayed, and why the rest cannot. */
export interface ReplaySet {
  /** In the order of the listing. */
  readonly candidates: readonly Candidate[];
  /** By family id. */
  readonly counts: ReadonlyMap<string, ReplayCounts>;
  readonly skips: readonly { readonly key: string; readonly reason: string }[];
}

/** Why no artifact of a family needs to be read; undefined when they are replayed. */
export function familySkip({ replay }: AgentFamily, includeToolLoops: boolean): string | undefined {
  if (!replay) return 'deterministic';
  return replay.toolLoop && !includeToolLoops ? 'tool_loop' : undefined;
}

/** Folds classified slices, in whatever order they arrive, into what is to be replayed. */
export class CandidateAggregator {
  readonly failures: LoadFailure[] = [];
  readonly #entries: readonly Entry[];
  readonly #capturedAt: Float64Array;
  readonly #candidates: { entry: number; candidate: Classified }[] = [];
  readonly #skips: { entry: number; reason: string }[] = [];

  /** `entries` are the artifacts that are read. */
  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#capturedAt = new Float64Array(entries.length).fill(Number.NaN);
  }

  /** Takes in what came of a slice. */
  add({ entries, batch }: SliceResult<CandidateBatch>): void {
    const entryAt = (position: number) => entries[position] as number;
    for (const [position, time] of batch.capturedAt.entries()) this.#capturedAt[entryAt(position)] = time;
    for (const { position, ...failure } of batch.failures) {
      this.failures.push({ entry: entryAt(position), ...failure });
    }
    for (const { position, reason } of batch.skips) this.#skips.push({ entry: entryAt(position), reason });
    for (const candidate of batch.candidates) {
      this.#candidates.push({ entry: entryAt(candidate.position), candidate });
    }
  }

  /** Closes the fold. `unread` are the artifacts that were skipped by their family alone. */
  finish(
    families: Iterable<string>,
    unread: readonly { readonly entry: Entry; readonly reason: string }[],
  ): ReplaySet {
    const failed = new Set(this.failures.map(({ entry }) => entry));
    const superseded = duplicateEntries(this.#entries, this.#capturedAt, failed);
    const counts = new Map<string, ReplayCounts>();
    for (const id of families) {
      counts.set(id, { listed: 0, loaded: 0, deduplicated: 0, skipped: {}, replayable: 0 });
    }
    const countsOf = ({ family }: Entry) => counts.get(family.id) as ReplayCounts;
    const skips: { key: string; reason: string }[] = [];
    const skip = (entry: Entry, reason: string) => {
      const { skipped } = countsOf(entry);
      skipped[reason] = (skipped[reason] ?? 0) + 1;
      skips.push({ key: entry.key, reason });
    };

    for (const { entry, reason } of unread) {
      countsOf(entry).listed += 1;
      skip(entry, reason);
    }
    for (const [index, entry] of this.#entries.entries()) {
      const family = countsOf(entry);
      family.listed += 1;
      if (!failed.has(index)) family.loaded += 1;
      if (superseded.has(index)) family.deduplicated += 1;
    }
    const current = <T extends { entry: number }>(found: T[]) =>
      found.filter(({ entry }) => !superseded.has(entry)).sort((a, b) => a.entry - b.entry);
    for (const { entry, reason } of current(this.#skips)) skip(this.#entries[entry] as Entry, reason);
    const candidates = current(this.#candidates).map(({ entry: index, candidate }) => {
      const entry = this.#entries[index] as Entry;
      countsOf(entry).replayable += 1;
      const { position, ...classified } = candidate;
      return { entry, ...classified };
    });
    return { candidates, counts, skips };
  }
}

/** The order of work, cut off at `max` (null: not at all): the families take turns, and within a family its days,
 * newest first. So whenever a run stops, every family has been measured, and its newest days first. */
export function workOrder(candidates: readonly Candidate[], max: number | null): readonly Candidate[] {
  const byFamily = Map.groupBy(candidates, ({ entry }) => entry.family.id);
  const families = [...byFamily.values()].map((ofFamily) => {
    const byDay = Map.groupBy(ofFamily, ({ entry }) => entry.day);
    const newestFirst = [...byDay].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, ofDay]) => ofDay);
    return roundRobin(newestFirst);
  });
  const order = roundRobin(families);
  return max === null ? order : order.slice(0, max);
}
