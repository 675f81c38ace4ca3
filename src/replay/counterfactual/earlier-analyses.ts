import pMap from 'p-map';
import type { AgentFamily } from '../../agents/family.ts';
import { FAMILIES } from '../../agents/registry.ts';
import { analysisKey, type EarlierAnalysis, earlierAnalysis } from '../../results/analysis.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import { AccessError, LoadError, RunError } from '../../shared/errors.ts';
import { parseJsonObject } from '../../shared/json.ts';
import { readText } from '../../store/read.ts';
import type { Run } from '../ingest/run.ts';

/** Runs read of each agent, a year of weeks. */
const RUNS = 52;
const READS_IN_FLIGHT = 16;

/** What runs before this one have found of an agent. */
export interface EarlierAnalyses {
  /** The newest, newest first. */
  readonly analyses: readonly EarlierAnalysis[];
  /** Runs whose analysis could not be read. */
  readonly unreadable: readonly string[];
}

/** By subject's id, what runs before this one have published under `--out`. */
export async function earlierAnalyses(
  run: Run<CounterfactualSettings>,
): Promise<ReadonlyMap<string, EarlierAnalyses>> {
  const { agents, features } = run.settings;
  const subjects = FAMILIES.filter(({ id }) => agents.includes(id)).flatMap(
    (family) => family[features]?.subjects.map(({ id }) => ({ id, kind: family.kind })) ?? [],
  );
  return new Map(
    await pMap(subjects, async ({ id, kind }) => [id, await analysesOf(run, kind, id)] as const),
  );
}

/** Files of the Python originals are passed over. */
async function analysesOf(
  { out, runId, signal, log }: Run<CounterfactualSettings>,
  kind: AgentFamily['kind'],
  agent: string,
): Promise<EarlierAnalyses> {
  const runs = await earlierRuns();
  const read = await pMap(runs, async (id) => ({ id, file: await readOne(id) }), {
    concurrency: READS_IN_FLIGHT,
    signal,
  });
  return {
    analyses: read.flatMap(({ file }) => (typeof file === 'object' ? [file] : [])),
    unreadable: read.flatMap(({ id, file }) => (file === 'unreadable' ? [id] : [])),
  };

  async function earlierRuns(): Promise<string[]> {
    const own = analysisKey(kind, agent, runId);
    const folder = own.slice(0, own.lastIndexOf('/') + 1);
    try {
      const { objects } = await out.list(folder, signal);
      const ids = objects.flatMap(({ key }) => /^(\d{10})\.json$/.exec(key.slice(folder.length))?.[1] ?? []);
      return ids
        .filter((id) => id < runId)
        .sort()
        .slice(-RUNS)
        .reverse();
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      log.warn(`rules of earlier runs are not applied: ${error.message}`);
      return [];
    }
  }

  async function readOne(id: string): Promise<EarlierAnalysis | 'unreadable' | 'passed_over'> {
    try {
      const json = parseJsonObject((await readText(out, analysisKey(kind, agent, id))) ?? '');
      if (json && json.schema_version !== 2) return 'passed_over';
      return earlierAnalysis.safeParse(json).data ?? 'unreadable';
    } catch (error) {
      if (error instanceof AccessError || error instanceof LoadError) return 'unreadable';
      throw error;
    }
  }
}
