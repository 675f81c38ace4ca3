import type { z } from 'zod';
import { type Analysis, analysis, analysisKey } from '../results/analysis.ts';
import { type ConcordanceResult, concordanceResult } from '../results/concordance-run.ts';
import { type CounterfactualResult, counterfactualResult } from '../results/counterfactual-run.ts';
import { ended, envelopeKey, resultKey } from '../results/envelope.ts';
import { type Summary, summary, summaryKey } from '../results/summary.ts';
import { ReplayError, RunError } from '../shared/errors.ts';
import { readEach, readJson, readText } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { parseDocument } from './parse-document.ts';

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

/** A result object that is about to be written. */
export interface OwnResult {
  readonly job: string;
  readonly text: string;
}

/** What the jobs of one run have left. */
export interface RunFiles {
  /** Null where the job has left no result under this run key. */
  readonly counterfactual: CounterfactualResult | null;
  readonly concordance: ConcordanceResult | null;
  readonly analyses: readonly Analysis[];
  /** One a target model, in the order of the run. */
  readonly summaries: readonly Summary[];
  /** Files that could not be read, or hold something else than expected. */
  readonly unreadable: readonly Unreadable[];
}

/** A file, or rows of it, that a report has to do without. */
interface Unreadable {
  readonly job: 'counterfactual' | 'concordance';
  readonly key: string;
  readonly error: string;
}

/** Reads what the jobs of a run have left: their results and, by `readFiles`, the files that these name. One that is missing,
 * or holds something else, is noted and left out. */
export async function readRun(store: Store, runKey: string, own?: OwnResult) {
  const unreadable: Unreadable[] = [];
  /** A job may have left no result; what a result names is to be there. */
  const read = async <S extends z.ZodType>(
    [job, key]: readonly [Unreadable['job'], string],
    schema: S,
    { isNamed = true, rowsStandAlone = true } = {},
  ): Promise<z.output<S> | null> => {
    const note = (error: string) => void unreadable.push({ job, key, error });
    try {
      const isOwn = key === resultKey(runKey, own?.job ?? '');
      const text = isOwn ? own?.text : await readText(store, key);
      if (text === undefined) {
        if (isNamed) note('expected this file of the run, found none');
        return null;
      }
      const value = JSON.parse(text);
      const { status, error } = ended.safeParse(value).data ?? {};
      if (status === 'ERROR' || status === 'INTERRUPTED') {
        note(`the run ended ${status}: ${error ?? 'it does not say why'}`);
        return null;
      }
      const { document, faults } = parseDocument(schema, value, rowsStandAlone);
      faults.forEach(note);
      return document;
    } catch (error) {
      if (error instanceof SyntaxError) note(`expected JSON, found ${error.message}`);
      else if (error instanceof ReplayError) note(error.message);
      else throw error;
      return null;
    }
  };
  const resultOf = <S extends z.ZodType>(job: Unreadable['job'], schema: S) =>
    read([job, resultKey(runKey, job)], schema, { isNamed: false });

  const counterfactual = await resultOf('counterfactual', counterfactualResult);
  const concordance = await resultOf('concordance', concordanceResult);
  return { counterfactual, concordance, readFiles };

  async function readFiles(): Promise<RunFiles> {
    const analyses = await readEach(counterfactual?.summary.per_agent ?? [], ({ kind, agent_id_base }) => {
      const key = analysisKey(kind, agent_id_base, counterfactual?.run_id ?? '');
      return read(['counterfactual', key], analysis, { rowsStandAlone: false });
    });
    const summaries = await readEach(concordance?.summary.per_target ?? [], ({ target_model }) =>
      read(['concordance', summaryKey(concordance?.run_id ?? '', target_model)], summary),
    );
    return {
      counterfactual,
      concordance,
      analyses: analyses.filter((one) => one !== null),
      summaries: summaries.filter((one) => one !== null),
      unreadable,
    };
  }
}
