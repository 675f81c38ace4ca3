/** What a corpus key says of its artifact. */
export interface ArtifactKey {
  /** Partition date, `YYYY-MM-DD`. */
  readonly day: string;
  readonly agentId: string;
  readonly runId: string;
}

const FORM = /^(\d{4})\/(\d{2})\/(\d{2})\/([^/_][^/]*)\/([^/]+)\.json$/;

/** Reads `YYYY/MM/DD/{agent_id}/{run_id}.json`, relative to the corpus; undefined for anything else, such as
 * the meta prefixes, whose names start with an underscore. */
export function parseKey(key: string): ArtifactKey | undefined {
  const match = FORM.exec(key);
  if (!match) return undefined;
  const [, year, month, day, agentId, runId] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { day: `${year}-${month}-${day}`, agentId, runId };
}
