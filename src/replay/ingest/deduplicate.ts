import type { Entry } from '../../corpus/listing.ts';

/** Of artifacts with one agent id and run id the newest capture counts; these are the positions of the others.
 * Capture times are in ms since 1970, NaN where unreadable; what failed to load supersedes nothing. */
export function duplicateEntries(
  entries: readonly Entry[],
  capturedAt: Float64Array,
  failed: ReadonlySet<number>,
): Set<number> {
  // An unreadable capture time is the oldest; of equal times the newer day, which is listed first, counts.
  const timeAt = (index: number) => {
    const time = capturedAt[index] as number;
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  };
  // By agent, then by run: a text for each pair would take 50 MB of 330,000 artifacts.
  const newest = new Map<string, Map<string, number>>();
  const superseded = new Set<number>();
  for (const [index, { agentId, artifactRunId }] of entries.entries()) {
    if (failed.has(index)) continue;
    const ofAgent = newest.get(agentId) ?? new Map<string, number>();
    newest.set(agentId, ofAgent);
    const other = ofAgent.get(artifactRunId);
    if (other === undefined) {
      ofAgent.set(artifactRunId, index);
    } else if (timeAt(index) > timeAt(other)) {
      superseded.add(other);
      ofAgent.set(artifactRunId, index);
    } else {
      superseded.add(index);
    }
  }
  return superseded;
}
