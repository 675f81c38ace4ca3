import pMap from 'p-map';
import { type Entry, type Listing, listCorpus } from '../corpus/listing.ts';
import { batchesOf } from '../pool/batches.ts';
import type { LoadedBatch } from '../pool/load.ts';
import { batchesInFlight } from '../pool/pool.ts';
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

/** Reads every entry, as many batches at once as the pool has use for. `read` resolves to the pieces of a batch
 * in the order of its keys, `add` takes a piece whose first artifact is at position `first` of the entries. */
export async function readArtifacts<B extends LoadedBatch>(
  run: Run,
  entries: readonly Entry[],
  read: (keys: readonly string[]) => Promise<readonly B[]>,
  add: (first: number, batch: B) => void,
): Promise<void> {
  const { settings, progress, signal } = run;
  progress.start('read artifacts', entries.length);
  await pMap(
    batchesOf(entries),
    async ({ first, items }) => {
      let at = first;
      for (const piece of await read(items.map(({ key }) => key))) {
        add(at, piece);
        at += piece.size;
      }
      progress.advance(items.length);
    },
    { concurrency: batchesInFlight(settings.threads), signal },
  );
  progress.finish();
}
