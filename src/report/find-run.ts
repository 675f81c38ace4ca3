import { ended, envelopeKey } from '../results/envelope.ts';
import { RunError } from '../shared/errors.ts';
import { readEach, readJson } from '../store/read.ts';
import type { Store } from '../store/store.ts';

const ENVELOPE = /^_replay_runs\/(?<runKey>[^/]+)\/(?<job>counterfactual|concordance)\.summary\.json$/;

/** The run to report on: the one with this key, or else the newest whose window ends no later than `runId`. Throws RunError
 * when there is none. */
export async function findRun(store: Store, runKey: string | undefined, runId: string): Promise<string> {
  const { objects } = await store.list('_replay_runs/');
  const files = objects.flatMap(({ key }) => {
    const { runKey: found = '', job = '' } = ENVELOPE.exec(key)?.groups ?? {};
    return job === '' ? [] : [{ runKey: found, job }];
  });
  if (runKey !== undefined) {
    if (files.some((file) => file.runKey === runKey)) return runKey;
    throw none(store, `under the run key ${runKey}`);
  }
  const runs = await readEach(files, async (file) => ({
    ...file,
    ...ended.safeParse(await readJson(store, envelopeKey(file.runKey, file.job))).data,
  }));
  const past = runs.filter(({ run_id }) => run_id !== undefined && run_id <= runId);
  const [newest] = past.toSorted((a, b) => ((a.run_id ?? '') < (b.run_id ?? '') ? 1 : -1));
  if (!newest) throw none(store, `with a window that ended by ${runId}`);
  return newest.runKey;
}

function none(store: Store, which: string): RunError {
  return new RunError(
    `expected a finished run ${which} in ${store.uri}/_replay_runs/, found none; run counterfactual or concordance with this --out first`,
  );
}
