import pMap from 'p-map';
import type { AgentFamily } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import type { Listed, Store } from '../store/store.ts';
import { parseKey } from './key.ts';
import type { Window } from './window.ts';

const DAYS_IN_PARALLEL = 16;

/** An artifact that is to be read. */
export interface Entry {
  readonly key: string;
  readonly size: number;
  readonly day: string;
  readonly family: AgentFamily;
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
  readonly onDay?: (artifacts: number) => void;
}

/** Lists the window's artifacts from their keys alone: no object is read. Throws what the store throws. */
export async function listCorpus(store: Store, window: Window, options: ListingOptions): Promise<Listing> {
  const { signal } = options;
  const ignored: { key: string; reason: string }[] = [];
  const days = await pMap(
    window.days,
    async (day) => {
      const objects = await listDay(store, day, ignored, signal);
      options.onDay?.(objects.length);
      return objects;
    },
    { concurrency: DAYS_IN_PARALLEL, ...(signal && { signal }) },
  );
  const entries: Entry[] = [];
  const notRequested: Record<string, number> = Object.create(null);
  const unknown: Record<string, number> = Object.create(null);
  const capped: Record<string, number> = Object.create(null);
  const deterministicByDay = new Map<string, number>();
  const kept = new Map<AgentFamily, number>();
  for (const { key, size } of days.flat()) {
    const parsed = parseKey(key);
    if (!parsed) {
      ignored.push({ key, reason: 'not {agent_id}/{run_id}.json' });
      continue;
    }
    const family = familyOf(parsed.agentId);
    if (!family) {
      increment(unknown, parsed.agentId);
      continue;
    }
    const { day } = parsed;
    if (family.kind === 'deterministic') deterministicByDay.set(day, (deterministicByDay.get(day) ?? 0) + 1);
    const taken = kept.get(family) ?? 0;
    if (!options.families.has(family.id)) {
      increment(notRequested, family.id);
    } else if (options.capPerFamily !== null && taken >= options.capPerFamily) {
      increment(capped, family.id);
    } else {
      kept.set(family, taken + 1);
      entries.push({ key, size, day, family });
    }
  }
  return { entries, notRequested, unknown, capped, ignored, deterministicByDay };
}

async function listDay(
  store: Store,
  day: string,
  ignored: { key: string; reason: string }[],
  signal?: AbortSignal,
): Promise<readonly Listed[]> {
  const prefix = `${day.replaceAll('-', '/')}/`;
  const objects: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await store.list(prefix, token, signal);
    for (const object of page.objects) objects.push(object);
    ignored.push(...(page.refused ?? []));
    token = page.next;
  } while (token !== undefined);
  return objects;
}

function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
