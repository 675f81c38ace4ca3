import { z } from 'zod';
import * as t from './parts.ts';
import { companion, eachRule, ruleFit, verdict } from './rules.ts';

const source = z.object({
  n_samples: t.count('Rows of this source'),
  match_rate: t.share('Share of them that the tree reproduces'),
});
const wrongRows = z.object({
  count: t.count('Rows that the rule gets wrong'),
  sample: t.rows('The newest of them, at most 50', {
    artifact_key: t.text('Artifact that the row comes from'),
    decision: t.text('What the agent decided'),
    rule: t.text('What the rule says'),
    values: t.map('By input; null where it is missing', z.union([z.number(), z.string(), z.null()])),
  }),
});
export type PublishedWrongRows = t.Published<typeof wrongRows>;

const laterMatch = z.object({
  verdict: verdict.describe('Verdict on the rule when it was published'),
  match_rate: t.share('Share of the later rows that it matches'),
  interval: t.nullable(t.interval, 'for too few runs'),
});
const prospective = t.object('How rules of earlier runs match decisions of days after their windows', {
  runs: t.rows('Earlier runs of which such decisions are here, newest first', {
    run_id: t.runId,
    ...t.window,
    age_days: t.count('Days from the end of its window to that of this one'),
    later_rows: t.count('Rows of later days'),
    later_runs: t.count('Runs that they come from'),
    rules: t.object('How its rules match these rows', eachRule(laterMatch)),
  }),
  not_applied: t.rows('Earlier runs whose rules could not be applied', {
    run_id: t.runId,
    reason: t.oneOf('`other_inputs`: they ask for other columns, or give another label', [
      'other_inputs',
      'unreadable',
    ]),
  }),
});
export type Prospective = t.Published<typeof prospective>;

const missing = (where: string) => t.share(`Share of the rows ${where} that lack it`);
const inputHealth = z.object({
  input: t.text('Name of the input'),
  missing: missing('of the window'),
  missing_by_third: t.list(
    'By thirds of the runs, oldest first',
    t.nullable(missing('of a third'), 'where it has no run'),
  ),
  missing_in_last_run: missing('of the last run'),
  finding: t.nullable(
    t.oneOf(
      '`vanished`: missing in all of the newest runs; `constant`: one number in all of them; `shifted`: far outside of what it was',
      ['vanished', 'constant', 'shifted'],
    ),
    'where nothing is wrong',
  ),
  runs_of_finding: t.nullable(t.count('The newest runs that it is true of'), 'without a finding'),
});
export type InputHealth = t.Published<typeof inputHealth>;

/** One agent's analysis by `counterfactual`: everything needed to check its numbers, and the rules whole. */
export const analysis = z.object({
  schema_version: z.literal(2).describe('Version of this format'),
  agent_id_base: t.agentId,
  family: t.text('Agent family'),
  kind: t.kind,
  decision: t.text('What counts as a decision, and what of it the inputs cannot explain'),
  label: t.text('Name of the label that was fitted'),
  run_id: t.runId,
  run_date: t.runDate,
  ...t.window,
  max_depth: t.count('Depth of the trees'),
  feature_set: t.oneOf('Which inputs were used', ['captured', 'original']),
  simulated: t.flag('Whether any row was made by a simulation'),
  sources: t.objectOrNull('Where the rows came from', {
    live: t.optional('Rows of the running system', source),
    simulated: t.optional('Rows of a simulation', source),
  }),
  ...ruleFit.shape,
  companions: t.map('Trees for other labels of the same rows, by label', companion),
  wrong_rows: t.objectOrNull('What the rules get wrong of the rows they were fitted to', {
    tree: wrongRows.describe('Of the greedy tree'),
    exact: t.optional('Of the exact tree; absent where it was skipped', wrongRows),
    logistic: t.optional('Of the logistic regression; absent where it does not explain the agent', wrongRows),
  }),
  inputs: t.listOrNull('What of each input was captured', inputHealth),
  prospective: t.orNull(prospective),
  newest_input_date: t.newestInput,
  computed_at: t.instant('When it was computed'),
});
export type Analysis = t.Published<typeof analysis>;

/** What a later run applies of an analysis. */
const judgedRules = z.object(eachRule(z.object({ verdict })));
export const earlierAnalysis = analysis
  .pick({ run_id: true, window_start: true, window_end: true, label: true, classes: true, rules: true })
  .extend({
    evaluation: ruleFit.shape.evaluation
      .pick({ threshold: true, margin: true })
      .extend({ rules: judgedRules }),
  });
export type EarlierAnalysis = t.Published<typeof earlierAnalysis>;

export function analysisKey(kind: 'llm' | 'deterministic', agent: string, runId: string): string {
  return `${kind === 'llm' ? '_counterfactual' : '_counterfactual_controls'}/${agent}/${runId}.json`;
}
