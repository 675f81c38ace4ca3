import type { AgentFamily } from '../../agents/family.ts';
import type { Entry } from '../../corpus/listing.ts';
import type { Price } from '../../model/prices.ts';
import type { Candidate as Classified, SliceCandidates } from '../../pool/candidates.ts';
import type { SliceResult } from '../../pool/pool.ts';
import { increment } from '../../shared/tally.ts';
import {
  ArtifactAggregator,
  type ArtifactCounts,
  countListed,
  located,
} from '../ingest/artifact-aggregator.ts';

/** A capture that can be replayed, where it comes from, and what the original call cost, USD; null where nothing
 * tells. */
export interface Candidate extends Omit<Classified, 'position'> {
  readonly entry: Entry;
  readonly originalUsd: number | null;
  /** Ms since 1970; NaN where that is not known. */
  readonly capturedAt: number;
}

/** What became of one family's artifacts: listed = loaded + load failures + skipped unread, and replayable =
 * loaded − deduplicated − skipped once read. */
interface ReplayCounts extends ArtifactCounts {
  skipped: Record<string, number>;
  replayable: number;
}

type PriceOf = (model: string, day: Date) => Price | undefined;

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

/** Gathers the classified captures of slices. */
export class CandidateAggregator extends ArtifactAggregator<SliceCandidates> {
  readonly #candidates: (Omit<Classified, 'position'> & { readonly entry: number })[] = [];
  readonly #skips: { entry: number; reason: string }[] = [];
  readonly #priceOf: PriceOf;

  /** `priceOf` tells what captured calls cost of which only the tokens are known. */
  constructor(entries: readonly Entry[], lastDay: string, priceOf: PriceOf) {
    super(entries, lastDay);
    this.#priceOf = priceOf;
  }

  override add(result: SliceResult<SliceCandidates>): void {
    super.add(result);
    const { entries, content } = result;
    for (const { entry, model, usage } of located(content.metered, entries)) {
      const price = this.#priceOf(model, new Date(this.entries[entry]?.day as string));
      this.usd[entry] = price?.cost(usage, 'messages') ?? Number.NaN;
    }
    this.#skips.push(...located(content.skips, entries));
    this.#candidates.push(...located(content.candidates, entries));
  }

  /** Closes the gathering. `unread` are the artifacts that were skipped by their family alone. */
  finish(
    families: Iterable<string>,
    unread: readonly { readonly entry: Entry; readonly reason: string }[],
  ): ReplaySet {
    const { counts, current } = this.count(
      families,
      true,
      (): Pick<ReplayCounts, 'skipped' | 'replayable'> => {
        return { skipped: {}, replayable: 0 };
      },
    );
    const countsOf = ({ family }: Entry) => counts.get(family.id) as ReplayCounts;
    for (const { entry } of unread) countListed(countsOf(entry), entry);
    const entryAt = (entry: number) => this.entries[entry] as Entry;
    const read = current(this.#skips).map(({ entry, reason }) => ({ entry: entryAt(entry), reason }));
    const skips = [...unread, ...read].map(({ entry, reason }) => {
      increment(countsOf(entry).skipped, reason);
      return { key: entry.key, reason };
    });
    const candidates = current(this.#candidates).map((candidate) => {
      const entry = entryAt(candidate.entry);
      countsOf(entry).replayable += 1;
      const usd = this.usd[candidate.entry] as number;
      const originalUsd = Number.isNaN(usd) ? null : usd;
      return { ...candidate, entry, originalUsd, capturedAt: this.capturedAt(candidate.entry) };
    });
    return { candidates, counts, skips };
  }
}

/** The order of work, cut off at `max` (null: not at all): the families take turns, and within a family its days,
 * newest first. So whenever a run stops, every family has been measured, and its newest days first. */
export function workOrder(candidates: readonly Candidate[], max: number | null): readonly Candidate[] {
  const order = roundRobinByFamily(candidates, (own) => {
    const byDay = Map.groupBy(own, ({ entry }) => entry.day);
    return roundRobin([...byDay].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, ofDay]) => ofDay));
  });
  return max === null ? order : order.slice(0, max);
}

/** One list in which families take turns, of each in the order that `orderOf` gives. */
export function roundRobinByFamily(
  candidates: readonly Candidate[],
  orderOf: (own: readonly Candidate[], family: string) => readonly Candidate[],
): Candidate[] {
  const byFamily = Map.groupBy(candidates, ({ entry }) => entry.family.id);
  return roundRobin([...byFamily].map(([family, own]) => orderOf(own, family)));
}

/** By key: what is drawn from them does not depend on the listing. */
export function sortedByKey(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => (a.entry.key < b.entry.key ? -1 : 1));
}

/** The first of each list, then the second of each, and so on. */
export function roundRobin<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = lists.reduce((max, { length }) => Math.max(max, length), 0);
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
