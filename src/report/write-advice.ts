import pMap from 'p-map';
import { type AdviceDocument, type AgentAdvice, advice, adviceKey } from '../results/advice.ts';
import { readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import type { ReportData } from './data.ts';

const READS_IN_FLIGHT = 32;

/** The advice on each agent, as the report has it. */
export function adviceOf({ agents }: Pick<ReportData, 'agents'>): AgentAdvice[] {
  return agents.map(({ advice: { grounds, newest, ...published } }) => published);
}

/** Writes the advice of a run beside its result objects, over all its jobs. */
export async function writeAdvice(store: Store, data: ReportData): Promise<void> {
  const { runKey, windowStart, windowEnd } = data;
  const before = await adviceBefore(store, data);
  const document: AdviceDocument = {
    schema_version: 1,
    run_key: runKey,
    window_start: windowStart,
    window_end: windowEnd,
    agents: adviceOf(data).map((one) => {
      const action = before?.agents.find(({ agent }) => agent === one.agent)?.action;
      return { ...one, previous: before && action ? { run_key: before.run_key, action } : null };
    }),
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await store.put(adviceKey(runKey), text, { contentType: 'application/json' });
}

/** The advice of the newest run whose window ended on an earlier day. */
async function adviceBefore(store: Store, { windowEnd }: ReportData): Promise<AdviceDocument | undefined> {
  const { objects } = await store.list('_replay_runs/');
  const keys = objects.map(({ key }) => key).filter((key) => key.endsWith('/advice.json'));
  const read = async (key: string) => advice.safeParse(await readJson(store, key)).data ?? [];
  const all = (await pMap(keys, read, { concurrency: READS_IN_FLIGHT })).flat();
  const order = ({ window_end, run_key }: AdviceDocument) => `${window_end} ${run_key}`;
  return all
    .filter(({ window_end }) => window_end < windowEnd)
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .at(-1);
}
