import { pMapIterable } from 'p-map';
import type { AgentFamily } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import { increment } from '../shared/tally.ts';
import type { Store } from '../store/store.ts';
import { type ArtifactKey, parseKey } from './key.ts';
import type { Window } from './window.ts';

const DAYS_IN_PARALLEL = 64;

/** An artifact that is to be read. */
export interface Entry extends ArtifactKey {
  readonly size: number;
  /** Changes when the content does. */
  readonly etag: string;
  readonly family: AgentFamily;
}

/** The cluster of an artifact: decisions of one cluster are not independent. */
export function clusterOf({ family, artifactRunId, day }: Entry): string {
  return family.clusterOf?.(artifactRunId, day) ?? artifactRunId;
}

export interface Listing {
  /** Newest day first; within a day in key order. */
  readonly entries: readonly Entry[];
  /** Artifacts of families that were not asked for, by family id. */
  readonly notRequested: Readonly<Record<string, number>>;
  /** Artifacts of unknown agents, by agent id. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Artifacts left out by the cap per family, by family id. */
  readonly capped: Readonly<Record<string, number>>;
  /** Keys in a day folder that name no artifact, and links and the like that the store refused to follow. */
  readonly ignored: readonly { readonly key: string; readonly reason: string }[];
  /** Artifacts of deterministic families by day, asked for or not: tells a simulation's storm from live days. */
  readonly deterministicByDay: ReadonlyMap<string, number>;
}

export interface ListingOptions {
  readonly families: ReadonlySet<string>;
  /** Newest artifacts kept per family; null keeps all. */
  readonly capPerFamily: number | null;
  readonly signal?: AbortSignal;
  /** Hears of each day in the order of the listing, once all before it are known: how many artifacts it has, and which
   * of them are to be read. */
  readonly onDay?: (artifacts: number, entries: readonly Entry[]) => void;
}

/** Lists the window's artifacts from their keys alone: no object is read. Throws what the store throws. */
export async function listCorpus(store: Store, window: Window, options: ListingOptions): Promise<Listing> {
  const { families, capPerFamily, signal, onDay } = options;
  const entries: Entry[] = [];
  const notRequested: Record<string, number> = Object.create(null);
  const unknown: Record<string, number> = Object.create(null);
  const capped: Record<string, number> = Object.create(null);
  const ignored: Listing['ignored'][number][] = [];
  const deterministicByDay = new Map<string, number>();
  const kept = new Map<AgentFamily, number>();
  // In the order of the window, whichever is listed first.
  const days = pMapIterable(window.days, (day) => listDay(store, day, signal), {
    concurrency: DAYS_IN_PARALLEL,
    backpressure: Number.POSITIVE_INFINITY,
  });
  for await (const listed of days) {
    const first = entries.length;
    let deterministic = 0;
    for (const entry of listed.artifacts) {
      const { family } = entry;
      const taken = kept.get(family) ?? 0;
      if (family.kind === 'deterministic') deterministic += 1;
      if (!families.has(family.id)) {
        increment(notRequested, family.id);
      } else if (taken === capPerFamily) {
        increment(capped, family.id);
      } else {
        kept.set(family, taken + 1);
        entries.push(entry);
      }
    }
    for (const agentId of listed.unknown) increment(unknown, agentId);
    for (const one of listed.ignored) ignored.push(one);
    deterministicByDay.set(listed.day, deterministic);
    onDay?.(listed.artifacts.length, entries.slice(first));
  }
  return { entries, notRequested, unknown, capped, ignored, deterministicByDay };
}

async function listDay(store: Store, day: string, signal?: AbortSignal) {
  const artifacts: Entry[] = [];
  /** Agent ids, once for each of their artifacts. */
  const unknown: string[] = [];
  // One string each for all that share it: of a million artifacts, each copy takes 30 MB.
  const agents = new Map<string, Pick<Entry, 'agentId' | 'family'> | null>();
  const { objects, refused } = await store.list(`${day.replaceAll('-', '/')}/`, signal);
  const ignored: { key: string; reason: string }[] = [];
  for (const { key, size, etag } of objects) {
    const parsed = parseKey(key);
    if (!parsed) {
      ignored.push({ key, reason: 'not {agent_id}/{run_id}.json' });
      continue;
    }
    const { agentId, artifactRunId } = parsed;
    let agent = agents.get(agentId);
    if (agent === undefined) {
      const family = familyOf(agentId);
      agent = family ? { agentId, family } : null;
      agents.set(agentId, agent);
    }
    if (agent) artifacts.push({ key, day, artifactRunId, size, etag, ...agent });
    else unknown.push(agentId);
  }
  return { day, artifacts, unknown, ignored: [...ignored, ...refused] };
}
