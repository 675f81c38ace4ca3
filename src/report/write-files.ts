import { type AdviceDocument, type AgentAdvice, advice, adviceKey } from '../results/advice.ts';
import { latestAdviceKey, latestReportKey, reportKey, ruleKey } from '../results/keys.ts';
import { pythonOf } from '../rules/code/python.ts';
import { codedRule } from '../rules/code/rule.ts';
import { sqlOf } from '../rules/code/sql.ts';
import { isComplete } from '../rules/complete.ts';
import { readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import type { ReportData } from './data.ts';
import { renderReport } from './render.tsx';
import { chosenRule } from './rules.ts';

const JSON_TYPE = { contentType: 'application/json' };
const TEXT_TYPE = { contentType: 'text/plain; charset=utf-8' };
const HTML_TYPE = { contentType: 'text/html; charset=utf-8' };

/** The advice on each agent, as the report has it. */
export function adviceOf({ agents }: Pick<ReportData, 'agents'>): AgentAdvice[] {
  return agents.map(({ advice: { grounds, newest, ...published } }) => published);
}

/** Writes the advice of a run beside its result objects, over all its jobs, and the rules that it names as code. */
export async function writeAdvice(store: Store, data: ReportData): Promise<void> {
  const { runKey, windowStart, windowEnd, before } = data;
  const runDate = (data.counterfactual ?? data.concordance)?.run_date;
  const document: AdviceDocument = {
    schema_version: 1,
    run_key: runKey,
    ...(runDate && { run_date: runDate }),
    window_start: windowStart,
    window_end: windowEnd,
    agents: adviceOf(data).map((one) => {
      const action = before?.agents.find(({ agent }) => agent === one.agent)?.action;
      return { ...one, previous: before && action ? { run_key: before.run_key, action } : null };
    }),
  };
  await writeRules(store, data);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await store.put(adviceKey(runKey), text, JSON_TYPE);
  if (await isNewest(store, data)) await store.put(latestAdviceKey, text, JSON_TYPE);
}

/** Writes the report on a run beside its result objects, over all its jobs. Resolves to its URI. Advice comes first. */
export async function writeReport(store: Store, data: ReportData): Promise<string> {
  const key = reportKey(data.runKey);
  const page = renderReport(data);
  await store.put(key, page, HTML_TYPE);
  if (await isNewest(store, data)) await store.put(latestReportKey, page, HTML_TYPE);
  return `${store.uri}/${key}`;
}

/** Writes for each agent the rule that its advice names, or else the tree, as Python and as SQL. */
async function writeRules(store: Store, { agents }: ReportData): Promise<void> {
  for (const { id, analysis } of agents) {
    if (!analysis || !isComplete(analysis.classes, analysis.rules)) continue;
    const { id: kind, name } = chosenRule(analysis);
    const rule = codedRule(analysis, kind);
    const title = `${id}: ${name}, fitted to ${analysis.window_start} to ${analysis.window_end}`;
    await store.put(ruleKey(id, analysis.run_id, 'py'), pythonOf(rule, title), TEXT_TYPE);
    await store.put(ruleKey(id, analysis.run_id, 'sql'), `${sqlOf(rule)}\n`, TEXT_TYPE);
  }
}

/** Whether no run with a later window has left its advice under the key that stays. */
async function isNewest(store: Store, { windowEnd }: ReportData): Promise<boolean> {
  const held = advice.safeParse(await readJson(store, latestAdviceKey)).data;
  return held === undefined || held.window_end <= windowEnd;
}
