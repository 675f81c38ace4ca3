import type { z } from 'zod';
import { type Analysis, analysis, analysisKey } from '../results/analysis.ts';
import { type ConcordanceResult, concordanceResult } from '../results/concordance-run.ts';
import { type CounterfactualResult, counterfactualResult } from '../results/counterfactual-run.ts';
import { ended, resultKey } from '../results/envelope.ts';
import { type Summary, summary, summaryKey } from '../results/summary.ts';
import { ReplayError } from '../shared/errors.ts';
import { readEach, readText } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { parseDocument } from './parse-document.ts';

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

/** Reads the files of a run. One that is missing, or holds something else, is noted and left out. */
export async function readRun(store: Store, runKey: string, own?: OwnResult): Promise<RunFiles> {
  const unreadable: Unreadable[] = [];
  const result = async <T extends z.ZodType>(job: Unreadable['job'], schema: T) => {
    const key = resultKey(runKey, job);
    const note = (error: string) => void unreadable.push({ job, key, error });
    const value = own?.job === job ? JSON.parse(own.text) : await read(store, key);
    if (value === undefined) return null;
    const end = ended.safeParse(value).data;
    if (end && end.status !== 'OK' && end.status !== 'PARTIAL') {
      note(`the run ended ${end.status}: ${end.error ?? 'it does not say why'}`);
      return null;
    }
    return checked(schema, value, true, note);
  };
  const file = async <T extends z.ZodType>(job: Unreadable['job'], key: string, schema: T) => {
    const note = (error: string) => void unreadable.push({ job, key, error });
    const value = await read(store, key);
    if (value !== undefined) return checked(schema, value, job === 'concordance', note);
    note('expected this file of the run, found none');
    return null;
  };

  const counterfactual = await result('counterfactual', counterfactualResult);
  const concordance = await result('concordance', concordanceResult);
  const analyses = await readEach(counterfactual?.summary.per_agent ?? [], ({ kind, agent_id_base }) =>
    file('counterfactual', analysisKey(kind, agent_id_base, counterfactual?.run_id ?? ''), analysis),
  );
  const summaries = await readEach(concordance?.summary.per_target ?? [], ({ target_model }) =>
    file('concordance', summaryKey(concordance?.run_id ?? '', target_model), summary),
  );
  return {
    counterfactual,
    concordance,
    analyses: analyses.filter((one) => one !== null),
    summaries: summaries.filter((one) => one !== null),
    unreadable,
  };
}

/** The JSON under a key; undefined when there is none, an error when it is none. */
async function read(store: Store, key: string): Promise<unknown> {
  try {
    const text = await readText(store, key);
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return new Error(`expected JSON, found ${error.message}`);
    if (error instanceof ReplayError) return error;
    throw error;
  }
}

function checked<T extends z.ZodType>(
  schema: T,
  value: unknown,
  rowsStandAlone: boolean,
  note: (error: string) => void,
): z.output<T> | null {
  if (value instanceof Error) {
    note(value.message);
    return null;
  }
  const { document, faults } = parseDocument(schema, value, rowsStandAlone);
  faults.forEach(note);
  return document;
}
