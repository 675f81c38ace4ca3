import { type AdviceDocument, advice } from '../results/advice.ts';
import { reportKey } from '../results/keys.ts';
import { readEach, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

/** A run that has left its advice, and perhaps a report. */
export interface PastRun {
  readonly advice: AdviceDocument;
  readonly hasReport: boolean;
}

/** The runs whose window ended by a day (`YYYY-MM-DD`), oldest window first. */
export async function readPastRuns(store: Store, lastDay: string): Promise<PastRun[]> {
  const { objects } = await store.list('_replay_runs/');
  const keys = new Set(objects.map(({ key }) => key));
  const read = async (key: string) => advice.safeParse(await readJson(store, key)).data ?? [];
  const all = await readEach(
    [...keys].filter((key) => key.endsWith('/advice.json')),
    read,
  );
  const order = ({ window_end, run_key }: AdviceDocument) => `${window_end} ${run_key}`;
  return all
    .flat()
    .filter(({ window_end }) => window_end <= lastDay)
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((one) => ({ advice: one, hasReport: keys.has(reportKey(one.run_key)) }));
}

/** The advice of the newest run whose window ended on an earlier day; null without one. */
export function adviceBefore(runs: readonly PastRun[], windowEnd: string): AdviceDocument | null {
  return runs.findLast(({ advice: { window_end } }) => window_end < windowEnd)?.advice ?? null;
}
