import pMap from 'p-map';
import { cellsOf, PARQUET_TYPE, parquetOf } from '../publish/parquet.ts';
import type { Outcome } from '../publish/result.ts';
import { advice, adviceKey } from '../results/advice.ts';
import { latestAdviceKey, latestReportKey, reportKey, ruleKey } from '../results/keys.ts';
import { AGENTS, agentsKey } from '../results/tables.ts';
import { pythonOf } from '../rules/code/python.ts';
import { codedRule } from '../rules/code/rule.ts';
import { sqlOf } from '../rules/code/sql.ts';
import { isComplete } from '../rules/complete.ts';
import { readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { adviceOf, documentOf } from './advice.ts';
import { agentRows } from './agent-rows.ts';
import type { ReportData } from './data.ts';
import { renderReport } from './render.tsx';
import { chosenRule } from './rules.ts';

const WRITES_IN_FLIGHT = 8;
const TEXT_TYPE = { contentType: 'text/plain; charset=utf-8' };

/** What is written of a run, as far as it was. */
export type Written = NonNullable<Outcome['report']>;

/** Writes the advice of a run beside its result objects, over all its jobs, the report if it is wanted, the rules that the
 * advice names, as code, and the table of the agents if it is wanted. `note` takes in each of the first two as it is
 * there. What is written of the latest window is copied under keys that stay. Of a run without a result
 * there is no advice, and nothing is copied. */
export async function writeFiles(
  store: Store,
  data: ReportData,
  { hasReport, hasTables }: { readonly hasReport: boolean; readonly hasTables: boolean },
  note: (written: Written) => void,
): Promise<void> {
  const isMeasured = data.counterfactual !== null || data.concordance !== null;
  const isLatest = isMeasured && (await isNewest(store, data));
  const put = async (key: string, latestKey: string, text: string, contentType: string) => {
    await store.put(key, text, { contentType });
    if (isLatest) await store.put(latestKey, text, { contentType });
  };
  const putAdvice = async () => {
    const text = `${JSON.stringify(documentOf(data), null, 2)}
`;
    await put(adviceKey(data.runKey), latestAdviceKey, text, 'application/json');
    note({ advice: adviceOf(data) });
  };
  const putReport = async () => {
    const key = reportKey(data.runKey);
    await put(key, latestReportKey, renderReport(data), 'text/html; charset=utf-8');
    note({ uri: `${store.uri}/${key}` });
  };
  // None costs the others.
  const ends = await Promise.allSettled([
    isMeasured && putAdvice(),
    hasReport && putReport(),
    writeRules(store, data),
    hasTables && writeAgents(store, data),
  ]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function writeAgents(store: Store, data: ReportData): Promise<void> {
  const byJob = agentRows(data);
  for (const job of ['counterfactual', 'concordance'] as const) {
    const result = data[job];
    if (result === null) continue;
    const rows = byJob[job];
    const bytes = await parquetOf(AGENTS, cellsOf(AGENTS, rows), [0, rows.length]);
    await store.put(agentsKey(result.run_id, job), bytes, PARQUET_TYPE);
  }
}

/** Writes for each agent the rule that its advice names, or else the tree, as Python and as SQL. */
async function writeRules(store: Store, { agents }: ReportData): Promise<void> {
  const write = async ({ id, analysis }: ReportData['agents'][number]) => {
    if (!analysis || !isComplete(analysis.classes, analysis.rules)) return;
    const { id: kind, name } = chosenRule(analysis);
    const rule = codedRule(analysis, kind);
    const title = `${id}: ${name}, fitted to ${analysis.window_start} to ${analysis.window_end}`;
    await Promise.all([
      store.put(ruleKey(id, analysis.run_id, 'py'), pythonOf(rule, title), TEXT_TYPE),
      store.put(ruleKey(id, analysis.run_id, 'sql'), `${sqlOf(rule)}\n`, TEXT_TYPE),
    ]);
  };
  await pMap(agents, write, { concurrency: WRITES_IN_FLIGHT });
}

/** Whether no run with a later window has left its advice under the key that stays. */
async function isNewest(store: Store, { windowEnd }: ReportData): Promise<boolean> {
  const held = advice.safeParse(await readJson(store, latestAdviceKey)).data;
  return held === undefined || held.window_end <= windowEnd;
}
