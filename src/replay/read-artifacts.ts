import pMap from 'p-map';
import { type Entry, type Listing, listCorpus } from '../corpus/listing.ts';
import { batchesOf } from '../pool/batches.ts';
import { batchesInFlight, type WorkerPool } from '../pool/pool.ts';
import type { Store } from '../store/store.ts';
import { RowFold } from './row-fold.ts';
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

/** Reads every entry through the pool, as many batches at once as it has use for. */
export async function readArtifacts(run: Run, pool: WorkerPool, entries: readonly Entry[]): Promise<RowFold> {
  const { settings, progress, signal } = run;
  const fold = new RowFold(entries);
  progress.start('read artifacts', entries.length);
  await pMap(
    batchesOf(entries),
    async ({ first, items }) => {
      let at = first;
      for (const piece of await pool.extract(
        items.map(({ key }) => key),
        signal,
      )) {
        fold.add(at, piece);
        at += piece.size;
      }
      progress.advance(items.length);
    },
    { concurrency: batchesInFlight(settings.threads), signal },
  );
  progress.finish();
  return fold;
}
