import type { Store } from '../store/store.ts';
import type { ReportData } from './data.ts';
import { groupByAgent } from './group-by-agent.ts';
import { adviceBefore, readHistory, readPastRuns } from './history.ts';
import { type OwnResult, readRun } from './read-run.ts';

const NO_HISTORY = () => ({ match: [], unseen: [], agreement: [] });

interface Options {
  /** The result object that the run under way is about to write. */
  readonly own?: OwnResult;
  /** The corpus of runs whose files do not name it. */
  readonly corpus: string;
  /** Whether to read what earlier runs left; advice needs none of it. Default true. */
  readonly hasHistory?: boolean;
}

/** Reads everything that a report on a run shows. */
export async function readReport(
  store: Store,
  runKey: string,
  { own, corpus, hasHistory = true }: Options,
): Promise<ReportData> {
  const { counterfactual, concordance, readFiles } = await readRun(store, runKey, own);
  const any = counterfactual ?? concordance;
  const runId = any?.run_id ?? '';
  const { window_start: windowStart = '', window_end: windowEnd = '' } = any?.summary ?? {};
  const [{ analyses, ...files }, history, runs] = await Promise.all([
    readFiles(),
    hasHistory ? readHistory(store, runId) : NO_HISTORY,
    readPastRuns(store, windowEnd),
  ]);
  const before = adviceBefore(runs, windowEnd);
  const named = any?.making?.settings.corpus;
  return {
    ...files,
    runKey,
    runId,
    windowStart,
    windowEnd,
    corpus: typeof named === 'string' ? named : corpus,
    out: store.uri,
    ...groupByAgent({ ...files, analyses }, history, { windowEnd, before }),
    before,
    runs,
  };
}
