import { type CorpusOptions, generateCorpus } from '../../scripts/corpus/generate.ts';

export type Fields = Record<string, unknown>;

/** A captured decision, read back from its bytes. */
export interface Captured {
  readonly key: string;
  readonly day: string;
  readonly family: string;
  readonly agentId: string;
  readonly runId: string;
  readonly envelope: Fields;
  readonly snapshot: Fields;
  readonly output: Fields;
}

const ARTIFACT = /^decision_artifacts\/(\d{4})\/(\d{2})\/(\d{2})\/([^/_][^/]*)\/([^/]+)\.json$/;

export function artifacts(options: CorpusOptions): Captured[] {
  return [...generateCorpus(options)].flatMap(({ key, body }) => {
    const match = ARTIFACT.exec(key);
    if (!match) return [];
    const [, year, month, date, agentId = '', runId = ''] = match;
    const [first = '', second] = agentId.split(':');
    const envelope = JSON.parse(body) as Fields;
    return {
      key,
      day: `${year}-${month}-${date}`,
      family: first === 'executor' || first === 'sector_team' ? `${first}:${second}` : first,
      agentId,
      runId,
      envelope,
      snapshot: envelope.input_data_snapshot as Fields,
      output: envelope.agent_output as Fields,
    };
  });
}

/** What a reader is left with: neither truncated nor stub text nor empty, and of each run the newest capture. */
export function decided(all: readonly Captured[]): Captured[] {
  const newest = new Map<string, Captured>();
  for (const one of all) {
    const { envelope, output } = one;
    const stub = JSON.stringify(output).includes('[DRY-RUN');
    if (envelope.input_data_truncated_at !== null || stub || Object.keys(output).length === 0) continue;
    const id = `${one.agentId} ${one.runId}`;
    const other = newest.get(id);
    if (!other || String(other.envelope.timestamp) < String(envelope.timestamp)) newest.set(id, one);
  }
  return [...newest.values()];
}

export function of(all: readonly Captured[], family: string): Captured[] {
  return all.filter((one) => one.family === family);
}

export function countBy<T>(list: readonly T[], name: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of list) counts[name(one)] = (counts[name(one)] ?? 0) + 1;
  return counts;
}
