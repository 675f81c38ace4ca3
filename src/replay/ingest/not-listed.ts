import type { Listing } from '../../corpus/listing.ts';
import { listOf } from '../../publish/result.ts';
import type { NotListed } from '../../results/left-out.ts';
import { total } from '../../shared/tally.ts';

/** Counts of what the window holds beside the artifacts that the run took up. */
export function notListed(listing: Listing): NotListed {
  return {
    not_requested: listing.notRequested,
    capped: listing.capped,
    unknown: { count: total(listing.unknown), agents: Object.keys(listing.unknown).length },
    ignored_keys: listOf(listing.ignored),
  };
}
