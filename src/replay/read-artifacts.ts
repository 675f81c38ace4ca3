import pMap from 'p-map';
import { type Listing, listCorpus } from '../corpus/listing.ts';
import type { LoadedBatch } from '../pool/load.ts';
import { type Piece, tasksInFlight } from '../pool/pool.ts';
import type { ShardUse } from '../pool/shards.ts';
import { bundlesOf, type Slice } from '../pool/slices.ts';
import type { Store } from '../store/store.ts';
import type { Run } from './run.ts';

/** Lists the window of the families asked for. */
export async function listArtifacts(run: Run, corpus: Store): Promise<Listing> {
  const { settings, progress, signal, window } = run;
  progress.start('list artifacts');
  const listing = await listCorpus(corpus, window, {
    families: new Set(settings.agents),
    capPerFamily: settings.maxArtifactsPerAgent,
    signal,
    onDay: (artifacts) => progress.advance(artifacts),
  });
  progress.finish();
  return listing;
}

/** Reads slices, as many tasks at once as the pool has use for, and hands their pieces to `add`. */
export async function readSlices<B extends LoadedBatch>(
  run: Run,
  slices: readonly Slice[],
  read: (slices: readonly Slice[]) => Promise<readonly Piece<B>[]>,
  add: (piece: Piece<B>) => void,
): Promise<void> {
  const { settings, log, progress, signal } = run;
  const uses: Record<ShardUse, number> = { read: 0, built: 0, rebuilt: 0, unkept: 0 };
  const artifacts = slices.reduce((sum, { keys }) => sum + keys.length, 0);
  progress.start('read artifacts', artifacts);
  await pMap(
    bundlesOf(slices),
    async (bundle) => {
      for (const piece of await read(bundle)) {
        add(piece);
        uses[piece.use] += 1;
        progress.advance(piece.entries.length);
      }
    },
    { concurrency: tasksInFlight(settings.threads), signal },
  );
  progress.finish();
  log.info({ slices: slices.length, ...uses }, 'slices taken from shards, built, rebuilt, not kept');
  if (uses.rebuilt > 0) log.warn(`${uses.rebuilt} shards could not be used and were built anew`);
}
