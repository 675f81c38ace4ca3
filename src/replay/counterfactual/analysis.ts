import type { WrongRows } from '../../pool/wrong-rows.ts';
import { type Analysis, analysisKey, type PublishedWrongRows } from '../../results/analysis.ts';
import type { CounterfactualSettings } from '../../settings/settings.ts';
import type { Run } from '../ingest/run.ts';
import type { SubjectFit } from './fit-subjects.ts';

/** An analysis and where it goes. */
export interface KeyedAnalysis {
  readonly key: string;
  readonly analysis: Analysis;
}

/** The analysis of a subject and its key; undefined where no rule was fitted. */
export function analysisOf(fitted: SubjectFit, run: Run<CounterfactualSettings>): KeyedAnalysis | undefined {
  const { family, subject, fit, simulated, newestInput } = fitted;
  const { decision, sources, prospective, wrong, inputs } = fit;
  if ('skip_reason' in decision || newestInput === undefined || !sources || !prospective || !wrong || !inputs)
    return undefined;
  const { settings, runId, window } = run;
  const analysis: Analysis = {
    schema_version: 2,
    agent_id_base: subject.id,
    family: family.id,
    kind: family.kind,
    decision: family.decision,
    label: subject.labels[0],
    run_id: runId,
    ...(settings.runDate && { run_date: settings.runDate }),
    window_start: window.start,
    window_end: window.end,
    max_depth: settings.maxDepth,
    feature_set: settings.features,
    simulated: simulated > 0,
    sources,
    ...decision,
    companions: fit.companions,
    wrong_rows: {
      tree: withKeys(wrong.tree, fitted),
      ...(wrong.exact && { exact: withKeys(wrong.exact, fitted) }),
      ...(wrong.logistic && { logistic: withKeys(wrong.logistic, fitted) }),
    },
    inputs,
    prospective,
    newest_input_date: newestInput,
    computed_at: new Date().toISOString(),
  };
  return { key: analysisKey(family.kind, subject.id, runId), analysis };
}

function withKeys({ count, sample }: WrongRows, { keyOf }: SubjectFit): PublishedWrongRows {
  return { count, sample: sample.map(({ row, ...wrong }) => ({ artifact_key: keyOf(row), ...wrong })) };
}
