import type { Entry, Listing } from '../../corpus/listing.ts';
import type { PriceBook } from '../../model/price-book.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import type { Slice } from '../../pool/slices.ts';
import type { Outcome } from '../../publish/result.ts';
import type { ConcordanceSettings } from '../../settings/settings.ts';
import type { LoadFailure } from '../ingest/artifact-aggregator.ts';
import { tooManyFailed } from '../ingest/load-failures.ts';
import { ownSlices, withDuplicates } from '../ingest/partition.ts';
import { artifactsIn, listSlices, readSlices } from '../ingest/read-artifacts.ts';
import type { Run } from '../ingest/run.ts';
import { CandidateAggregator, familySkip, type ReplaySet } from './candidate-aggregator.ts';
import { capturedPrices } from './targets.ts';

export interface IngestedCandidates {
  readonly listing: Listing;
  readonly set: ReplaySet;
  readonly loadFailures: readonly LoadFailure[];
  /** How many artifacts were to be read. */
  readonly artifacts: number;
  /** The slices of this process: all of them, but in an array job. */
  readonly own: readonly Slice[];
}

/** Lists the window and classifies what may be replayed. Resolves to the outcome where nothing could be read. */
export async function ingestCandidates(
  run: Run<ConcordanceSettings>,
  pool: WorkerPool,
  prices: PriceBook,
): Promise<IngestedCandidates | Outcome> {
  const { partition, includeToolLoops, agents, maxLostShare } = run.settings;
  const skipOf = ({ family }: Entry) => familySkip(family, includeToolLoops);
  const isRead = (entry: Entry) => skipOf(entry) === undefined;
  const { listing, slices, recalls } = await listSlices(run, pool, 'candidates', isRead);
  const entries = listing.entries.filter(isRead);
  const unread = listing.entries.flatMap((entry) => {
    const reason = skipOf(entry);
    return reason === undefined ? [] : [{ entry, reason }];
  });
  const own = partition ? ownSlices(slices, partition) : slices;
  const aggregator = new CandidateAggregator(entries, run.window.end, capturedPrices(run.settings, prices));
  const wanted = partition ? withDuplicates(own, slices) : slices;
  await readSlices(run, pool, 'candidates', wanted, recalls, aggregator);
  const artifacts = artifactsIn(wanted);
  const failed = tooManyFailed(aggregator.failures, artifacts, maxLostShare);
  if (failed) return failed;
  const set = aggregator.finish(agents, unread);
  return { listing, set, loadFailures: aggregator.failures, artifacts, own };
}
