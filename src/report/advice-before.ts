import { type AdviceDocument, advice } from '../results/advice.ts';
import { readEach, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

/** The advice of the newest run whose window ended on an earlier day (`YYYY-MM-DD`); null without one. */
export async function adviceBefore(store: Store, windowEnd: string): Promise<AdviceDocument | null> {
  const { objects } = await store.list('_replay_runs/');
  const keys = objects.map(({ key }) => key).filter((key) => key.endsWith('/advice.json'));
  const read = async (key: string) => advice.safeParse(await readJson(store, key)).data ?? [];
  const all = (await readEach(keys, read)).flat();
  const order = ({ window_end, run_key }: AdviceDocument) => `${window_end} ${run_key}`;
  return (
    all
      .filter(({ window_end }) => window_end < windowEnd)
      .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
      .at(-1) ?? null
  );
}
