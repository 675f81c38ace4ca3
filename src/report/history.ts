import { z } from 'zod';
import { analysis } from '../results/analysis.ts';
import type { Interval } from '../results/parts.ts';
import { evaluatedRule } from '../results/rules.ts';
import { agentAgreement, summary } from '../results/summary.ts';
import { append } from '../shared/tally.ts';
import { readEach, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import type { AgentHistory, HistoryPoint } from './data.ts';
import { parseDocument } from './parse-document.ts';

/** Runs shown, a year of weeks. */
const RUNS = 52;

/** Of any version, that of the Python originals included: a part of what is read of this run. */
const unseen = evaluatedRule.shape.out_of_sample.unwrap().pick({ match_rate: true, interval: true });
const pastAnalysis = analysis.pick({ match_rate: true }).extend({
  evaluation: z
    .object({ rules: z.object({ tree: z.object({ out_of_sample: unseen.nullish() }) }) })
    .optional(),
});
const pastSummary = summary.pick({ target_model: true }).extend({
  per_agent: z.array(agentAgreement.pick({ agent_id_base: true, mean: true, interval: true })),
});

/** The numbers of earlier runs, by agent, for any agent. */
export type History = (agent: string) => AgentHistory;

const ANALYSIS = /^_counterfactual(?:_controls)?\/(?<agent>[^/]+)\/(?<runId>\d{10})\.json$/;
const SUMMARY = /^_replay_summary\/(?<runId>\d{10})_(?<model>[^/]+)\.json$/;

/** Reads what the runs up to `runId` have left: of each agent the newest analyses, of each model the newest summaries. */
export async function readHistory(store: Store, runId: string): Promise<History> {
  const [analyses, summaries] = await Promise.all([
    newest(store, '_counterfactual', ANALYSIS, runId),
    newest(store, '_replay_summary/', SUMMARY, runId),
  ]);
  const match = new Map<string, HistoryPoint[]>();
  const outside = new Map<string, HistoryPoint[]>();
  const agreed = new Map<string, { readonly model: string; readonly point: HistoryPoint }[]>();
  const [rules, replays] = await Promise.all([
    readEach(analyses, async (one) => ({
      ...one,
      file: pastAnalysis.safeParse(await readJson(store, one.key)).data,
    })),
    readEach(summaries, async (one) => ({
      ...one,
      file: parseDocument(pastSummary, await readJson(store, one.key), true).document,
    })),
  ]);
  for (const { group: agent, runId: id, file } of rules) {
    if (!file) continue;
    append(match, agent, pointOf(id, file.match_rate, null));
    const found = file.evaluation?.rules.tree.out_of_sample;
    if (found) append(outside, agent, pointOf(id, found.match_rate, found.interval));
  }
  for (const { runId: id, file } of replays) {
    for (const { agent_id_base: agent, mean, interval } of file?.per_agent ?? []) {
      append(agreed, agent, { model: file?.target_model as string, point: pointOf(id, mean, interval) });
    }
  }
  return (agent) => ({
    match: match.get(agent) ?? [],
    unseen: outside.get(agent) ?? [],
    agreement: [...Map.groupBy(agreed.get(agent) ?? [], ({ model }) => model)].map(([model, own]) => ({
      model,
      points: own.map(({ point }) => point),
    })),
  });
}

interface PastFile {
  readonly key: string;
  /** What it is about: an agent, or a model as it stands in keys. */
  readonly group: string;
  readonly runId: string;
}

/** The keys of the last runs of each group, oldest first. */
async function newest(store: Store, prefix: string, form: RegExp, last: string): Promise<PastFile[]> {
  const { objects } = await store.list(prefix);
  const files = objects.flatMap(({ key }): PastFile[] => {
    const { runId = '', agent, model } = form.exec(key)?.groups ?? {};
    const group = agent ?? model;
    return group === undefined || runId > last ? [] : [{ key, group, runId }];
  });
  const byRun = files.toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  return [...Map.groupBy(byRun, ({ group }) => group).values()].flatMap((own) => own.slice(-RUNS));
}

function pointOf(runId: string, value: number, interval: Interval | null): HistoryPoint {
  return { runId, value, low: interval?.low ?? null, high: interval?.high ?? null };
}
