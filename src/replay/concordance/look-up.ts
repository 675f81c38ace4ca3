import pMap from 'p-map';
import { type CachedCall, CallCache } from '../../model/cache.ts';
import { callCachePrefix } from '../../results/keys.ts';
import type { ReplaySettings } from '../../settings/settings.ts';
import type { Run } from '../ingest/run.ts';
import type { TargetRun } from './target-run.ts';

const LOOKUPS_IN_FLIGHT = 64;

/** Reads the cache for every call; resolves to those that are still to be made, in work order. */
export async function lookUp(
  { settings, out, progress, signal }: Run<ReplaySettings>,
  replays: readonly TargetRun[],
  hit: (replays: TargetRun, call: CachedCall) => Promise<void>,
): Promise<Map<TargetRun, string[]>> {
  const cache = new CallCache(out, callCachePrefix(settings.transport));
  const lookups = replays.flatMap((one) => [...one.byHash.keys()].map((hash) => ({ one, hash })));
  const pending = new Map<TargetRun, string[]>(replays.map((one) => [one, []]));
  if (settings.noCache) {
    for (const { one, hash } of lookups) pending.get(one)?.push(hash);
    return pending;
  }
  progress.start('look up finished calls', lookups.length);
  const found = await pMap(
    lookups,
    async ({ one, hash }) => {
      const call = await cache.get(hash);
      progress.advance();
      if (call) await hit(one, call);
      return call !== undefined;
    },
    { concurrency: LOOKUPS_IN_FLIGHT, signal },
  );
  progress.finish();
  for (const [index, { one, hash }] of lookups.entries()) if (!found[index]) pending.get(one)?.push(hash);
  return pending;
}
