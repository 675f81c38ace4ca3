import pMap from 'p-map';
import type { z } from 'zod';
import { analysisKey, resultKey, summaryKey } from '../results/keys.ts';
import { ReplayError } from '../shared/errors.ts';
import { readText } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { type AnalysisFile, analysisFile } from './analysis-file.ts';
import {
  type ConcordanceResult,
  type CounterfactualResult,
  concordanceResult,
  counterfactualResult,
  ended,
} from './result-files.ts';
import { type SummaryFile, summaryFile } from './summary-file.ts';

const READS_IN_FLIGHT = 32;

/** A result object that is about to be written. */
export interface OwnResult {
  readonly job: string;
  readonly text: string;
}

/** What the jobs of one run have left. */
export interface RunFiles {
  readonly counterfactual: CounterfactualResult | null;
  readonly concordance: ConcordanceResult | null;
  readonly analyses: readonly AnalysisFile[];
  readonly summaries: readonly SummaryFile[];
  readonly unreadable: readonly Unreadable[];
}

interface Unreadable {
  readonly key: string;
  readonly error: string;
}

/** Reads the files of a run. One that is missing, or holds something else, is noted and left out. */
export async function readRun(store: Store, runKey: string, own?: OwnResult): Promise<RunFiles> {
  const unreadable: Unreadable[] = [];
  const note = (key: string, error: string) => {
    unreadable.push({ key, error });
    return null;
  };
  const result = async <T extends z.ZodType>(job: string, schema: T) => {
    const key = resultKey(runKey, job);
    const value = own?.job === job ? parsed(own.text) : await read(store, key);
    if (value === undefined) return null;
    if (value instanceof Error) return note(key, value.message);
    const end = ended.safeParse(value).data;
    if (end && end.status !== 'OK' && end.status !== 'PARTIAL') {
      return note(key, `the run ended ${end.status}: ${end.error ?? 'it does not say why'}`);
    }
    return checked(key, schema, value, note);
  };
  const file = async <T extends z.ZodType>(key: string, schema: T) => {
    const value = await read(store, key);
    if (value === undefined) return note(key, 'expected this file of the run, found none');
    return value instanceof Error ? note(key, value.message) : checked(key, schema, value, note);
  };

  const counterfactual = await result('counterfactual', counterfactualResult);
  const concordance = await result('concordance', concordanceResult);
  const agents = counterfactual?.summary.per_agent ?? [];
  const models = concordance?.summary.per_target ?? [];
  const options = { concurrency: READS_IN_FLIGHT };
  const analyses = await pMap(
    agents,
    ({ kind, agent_id_base }) =>
      file(analysisKey(kind, agent_id_base, counterfactual?.run_id ?? ''), analysisFile),
    options,
  );
  const summaries = await pMap(
    models,
    ({ target_model }) => file(summaryKey(concordance?.run_id ?? '', target_model), summaryFile),
    options,
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
    return text === undefined ? undefined : parsed(text);
  } catch (error) {
    if (error instanceof ReplayError) return error;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return new Error(`expected JSON, found ${(error as Error).message}`);
  }
}

function checked<T extends z.ZodType>(
  key: string,
  schema: T,
  value: unknown,
  note: (key: string, error: string) => null,
): z.output<T> | null {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  const where = issue?.path.join('.') || 'its root';
  // The path leads to where something is missing.
  const wrong = issue?.message.replace('received undefined', 'found nothing');
  return note(key, `expected a file of this version, found at ${where}: ${wrong}`);
}
