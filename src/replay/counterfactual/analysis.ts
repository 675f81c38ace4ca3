import type { WrongRow, WrongRows } from '../../pool/wrong-rows.ts';
import { analysisKey } from '../../results/keys.ts';
import type { EvaluatedFit } from '../../rules/evaluation/evaluated-fit.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import type { Run } from '../ingest/run.ts';
import type { SubjectFit } from './fit-subjects.ts';

/** One agent's analysis, as it is written: everything needed to check its numbers, and the rules whole. */
export interface Analysis extends EvaluatedFit {
  readonly schema_version: 2;
  readonly agent_id_base: string;
  readonly family: string;
  readonly kind: 'llm' | 'deterministic';
  /** What counts as a decision of this family, and what of it the inputs cannot explain. */
  readonly decision: string;
  readonly label: string;
  readonly run_id: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly max_depth: number;
  readonly feature_set: 'captured' | 'original';
  /** Whether any row was made by a simulation; `sources` tells them apart. */
  readonly simulated: boolean;
  readonly sources: SubjectFit['fit']['sources'];
  /** Trees for other labels of the same rows, by label. */
  readonly companions: SubjectFit['fit']['companions'];
  /** What the trees get wrong of the rows they were fitted to: how many, and the newest of them. */
  readonly wrong_rows: { readonly tree: WrongRowsOfFile; readonly exact?: WrongRowsOfFile };
  readonly newest_input_date: string;
  readonly computed_at: string;
}

interface WrongRowsOfFile extends Pick<WrongRows, 'count'> {
  readonly sample: readonly (Omit<WrongRow, 'row'> & { readonly artifact_key: string })[];
}

/** An analysis and where it goes. */
export interface KeyedAnalysis {
  readonly key: string;
  readonly analysis: Analysis;
}

/** The analysis of a subject and its key; undefined where no rule was fitted. */
export function analysisOf(fitted: SubjectFit, run: Run<CounterfactualSettings>): KeyedAnalysis | undefined {
  const { family, subject, fit, simulated, newestInput } = fitted;
  const { decision, wrong } = fit;
  if ('skip_reason' in decision || newestInput === undefined || !wrong) return undefined;
  const { settings, runId, window } = run;
  const analysis: Analysis = {
    schema_version: 2,
    agent_id_base: subject.id,
    family: family.id,
    kind: family.kind,
    decision: family.decision,
    label: subject.labels[0],
    run_id: runId,
    window_start: window.start,
    window_end: window.end,
    max_depth: settings.maxDepth,
    feature_set: settings.features,
    simulated: simulated > 0,
    sources: fit.sources,
    ...decision,
    companions: fit.companions,
    wrong_rows: {
      tree: withKeys(wrong.tree, fitted),
      ...(wrong.exact && { exact: withKeys(wrong.exact, fitted) }),
    },
    newest_input_date: newestInput,
    computed_at: new Date().toISOString(),
  };
  return { key: analysisKey(family.kind, subject.id, runId), analysis };
}

function withKeys({ count, sample }: WrongRows, { keyOf }: SubjectFit): WrongRowsOfFile {
  return { count, sample: sample.map(({ row, ...wrong }) => ({ artifact_key: keyOf(row), ...wrong })) };
}
