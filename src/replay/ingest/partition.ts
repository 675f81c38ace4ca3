import { decisionOf } from '../../corpus/key.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import type { Slice } from '../../pool/slices.ts';
import type { Outcome } from '../../publish/result.ts';
import type { PartitionSummary } from '../../results/found.ts';
import type { Partition } from '../../settings/settings.ts';
import { artifactsIn, notKeptOf } from './read-artifacts.ts';

/** The slices of one partition. Partitions are disjoint and together hold all slices. The largest slices are dealt
 * first, each to the partition that has least, so that all hold about as many artifacts. */
export function ownSlices(slices: readonly Slice[], { index, size }: Partition): Slice[] {
  const largestFirst = [...slices].sort(
    (a, b) => b.artifacts.length - a.artifacts.length || (a.name < b.name ? -1 : 1),
  );
  const dealt = new Array<number>(size).fill(0);
  return largestFirst.filter(({ artifacts }) => {
    const least = dealt.indexOf(Math.min(...dealt));
    dealt[least] = (dealt[least] as number) + artifacts.length;
    return least === index;
  });
}

/** A partition's slices and those that hold other captures of the same decisions: which capture counts can only be
 * told from all of them. */
export function withDuplicates(own: readonly Slice[], all: readonly Slice[]): Slice[] {
  const decisions = new Set(own.flatMap(({ artifacts }) => artifacts.map(decisionOf)));
  const isOwn = new Set(own);
  return all.filter(
    (slice) => isOwn.has(slice) || slice.artifacts.some((artifact) => decisions.has(decisionOf(artifact))),
  );
}

/** The outcome of a job of an array: its work is in the shards and the cache, for the job that gathers it. */
export function partitionOutcome(
  partition: Partition,
  pool: WorkerPool,
  slices: readonly Slice[],
  done: Pick<PartitionSummary, 'load_failures' | 'calls'> = {},
): Outcome {
  const notKept = notKeptOf(pool);
  return {
    status: notKept.count > 0 || (done.load_failures ?? 0) > 0 ? 'PARTIAL' : 'OK',
    exitCode: 0,
    found: {
      summary: {
        share: partition,
        slices: slices.length,
        artifacts: artifactsIn(slices),
        ...done,
        not_kept: notKept,
      },
    },
  };
}
