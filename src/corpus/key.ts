/** The key of an artifact, relative to the corpus, and what it says. */
export interface ArtifactKey {
  readonly key: string;
  /** Partition date, `YYYY-MM-DD`. */
  readonly day: string;
  readonly agentId: string;
  readonly artifactRunId: string;
}

const FORM =
  /^(?<year>\d{4})\/(?<month>\d{2})\/(?<day>\d{2})\/(?<agentId>[^/_][^/]*)\/(?<artifactRunId>[^/]+)\.json$/;

/** Reads `YYYY/MM/DD/{agent_id}/{run_id}.json`; undefined for anything else, such as the meta prefixes, whose names
 * start with an underscore. */
export function parseKey(key: string): ArtifactKey | undefined {
  const groups = FORM.exec(key)?.groups as Record<
    'year' | 'month' | 'day' | 'agentId' | 'artifactRunId',
    string
  >;
  if (!groups) return undefined;
  const { year, month, day, agentId, artifactRunId } = groups;
  return { key, day: `${year}-${month}-${day}`, agentId, artifactRunId };
}

/** Names the decision that an artifact captures: captures of one decision on several days share the name. */
export function decisionOf({ agentId, artifactRunId }: ArtifactKey): string {
  return `${agentId}/${artifactRunId}`;
}
