import { sort } from 'd3-array';
import { z } from 'zod';
import { type AdviceDocument, advice } from '../results/advice.ts';
import { analysis } from '../results/analysis.ts';
import { reportKey } from '../results/keys.ts';
import type { Interval } from '../results/parts.ts';
import { evaluatedRule } from '../results/rules.ts';
import { agentAgreement, summary } from '../results/summary.ts';
import { readEach, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import type { AgentHistory, HistoryPoint, PastRun } from './data.ts';
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

const ANALYSIS = /^_counterfactual(?:_controls)?\/(?<group>[^/]+)\/(?<runId>\d{10})\.json$/;
const SUMMARY = /^_replay_summary\/(?<runId>\d{10})_(?<group>[^/]+)\.json$/;

/** Reads what the runs up to `runId` have left: of each agent the newest analyses, of each model the newest summaries. */
export async function readHistory(store: Store, runId: string): Promise<History> {
  const parseSummary = (file: unknown) => parseDocument(pastSummary, file, true).document;
  const [rules, replays] = await Promise.all([
    newest(store, '_counterfactual', ANALYSIS, runId, (file) => pastAnalysis.safeParse(file).data),
    newest(store, '_replay_summary/', SUMMARY, runId, parseSummary),
  ]);
  const byAgent = Map.groupBy(rules, ({ group }) => group);
  const byModel = Map.groupBy(replays, ({ file }) => file.target_model);
  return (agent) => {
    const own = byAgent.get(agent) ?? [];
    return {
      match: own.map((one) => pointOf(one.runId, one.file.match_rate, null)),
      unseen: own.flatMap((one) => {
        const found = one.file.evaluation?.rules.tree.out_of_sample;
        return found ? pointOf(one.runId, found.match_rate, found.interval) : [];
      }),
      agreement: [...byModel].flatMap(([model, all]) => {
        const points = all.flatMap((one) => {
          const lines = one.file.per_agent.filter(({ agent_id_base }) => agent_id_base === agent);
          return lines.map(({ mean, interval }) => pointOf(one.runId, mean, interval));
        });
        return points.length > 0 ? [{ model, points }] : [];
      }),
    };
  };
}

/** The files of the last runs of each group, an agent or a model as it stands in keys, oldest first. */
async function newest<File>(
  store: Store,
  prefix: string,
  form: RegExp,
  last: string,
  parse: (json: unknown) => File | null | undefined,
) {
  const { objects } = await store.list(prefix);
  const files = objects.flatMap(({ key }) => {
    const { runId = '', group = '' } = form.exec(key)?.groups ?? {};
    return runId === '' || runId > last ? [] : [{ key, group, runId }];
  });
  const inOrder = sort(files, ({ runId }) => runId);
  const byGroup = Map.groupBy(inOrder, ({ group }) => group);
  const lastOfEach = [...byGroup.values()].flatMap((own) => own.slice(-RUNS));
  const read = await readEach(lastOfEach, async (one) => {
    const file = parse(await readJson(store, one.key));
    return file ? [{ ...one, file }] : [];
  });
  return read.flat();
}

function pointOf(runId: string, value: number, interval: Interval | null): HistoryPoint {
  return { runId, value, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** The runs whose window ended by a day (`YYYY-MM-DD`), oldest window first. */
export async function readPastRuns(store: Store, lastDay: string): Promise<PastRun[]> {
  const { objects } = await store.list('_replay_runs/');
  const keys = new Set(objects.map(({ key }) => key));
  const read = async (key: string) => advice.safeParse(await readJson(store, key)).data ?? [];
  const withAdvice = [...keys].filter((key) => key.endsWith('/advice.json'));
  const all = (await readEach(withAdvice, read)).flat();
  const past = all.filter(({ window_end }) => window_end <= lastDay);
  return sort(past, ({ window_end, run_key }) => `${window_end} ${run_key}`).map((one) => ({
    advice: one,
    hasReport: keys.has(reportKey(one.run_key)),
  }));
}

/** The advice of the newest run whose window ended on an earlier day; null without one. */
export function adviceBefore(runs: readonly PastRun[], windowEnd: string): AdviceDocument | null {
  return runs.findLast(({ advice: { window_end } }) => window_end < windowEnd)?.advice ?? null;
}
