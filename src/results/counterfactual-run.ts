import { z } from 'zod';
import { result } from './envelope.ts';
import * as leftOut from './left-out.ts';
import * as t from './parts.ts';
import { runsNeeded, skippedAgent, verdict, verdictReason } from './rules.ts';

const outside = (meaning: string, when: string) => t.nullable(t.share(meaning), when);
const unseen = outside('Match of the tree on runs not seen', 'for a single run');
const rows = t.count('Rows');
const runs = t.count('Runs that the rows come from');
const baseline = t.share('Share of the commonest decision');
const inSample = t.share('Match of the tree on the rows it was fitted to');
const optimal = outside('Match of the exact tree on the rows it was fitted to', 'where it was skipped');

const positiveControl = z.object({
  agent_id_base: t.agentId,
  n_samples: rows,
  runs,
  baseline,
  match_rate: inSample,
  out_of_sample: unseen,
  optimal,
  optimal_out_of_sample: outside('Match of the exact tree on runs not seen', 'where there is none'),
});
const negativeControl = z.object({
  agent_id_base: t.agentId,
  rule: t.oneOf('Rule that was found', ['tree', 'logistic', 'exact']),
  match_rate: outside('Match out of sample on shuffled labels', 'for a single run'),
});
const controls = t.object('Whether the numbers of this run can be trusted', {
  status: t.oneOf('`failed`: rely on no number; `untested`: no deterministic agent has enough rows', [
    'passed',
    'failed',
    'untested',
  ]),
  positive: t.object('Rules that should be found', {
    tested: t.strings('Deterministic agents with enough rows'),
    untested: t.strings('The others'),
    failed: t.list('Those whose rule was not found', positiveControl),
  }),
  negative: t.object('Rules that should not be found', {
    tested: t.count('Rules fitted to shuffled labels'),
    failed: t.list('Those that came out explained', negativeControl),
  }),
});
export type Controls = t.Published<typeof controls>;
export type PositiveControl = t.Published<typeof positiveControl>;
export type NegativeControl = t.Published<typeof negativeControl>;

const ruleLine = z.object({
  agent_id_base: t.agentId,
  kind: t.kind,
  n_samples: rows,
  match_rate: inSample,
  n_classes: t.count('Labels that occur'),
  verdict,
  verdict_reason: verdictReason,
  runs,
  runs_needed: runsNeeded,
  out_of_sample: unseen,
  lower: outside('Lower bound of `out_of_sample`', 'for too few runs'),
  upper: outside('Upper bound of `out_of_sample`', 'for too few runs'),
  baseline,
  optimal,
  verdicts: t.object('Verdict on each rule', {
    tree: verdict,
    logistic: verdict.exactOptional(),
    exact: verdict.exactOptional(),
  }),
  simulated: t.flag('Whether any row was made by a simulation'),
  newest_input_date: t.newestInput,
  analysis_key: t.nullable(t.text('Full key of the analysis'), 'where it was not written'),
});
export type RuleLine = t.Published<typeof ruleLine>;

const summary = z.object({
  ...t.window,
  max_depth: t.count('Depth of the trees'),
  feature_set: t.oneOf('Which inputs were used', ['captured', 'original']),
  artifacts_discovered: t.count('Artifacts in the window'),
  artifacts_loaded: t.count('Artifacts that could be read'),
  agents_analyzed: t.count('Agents with a rule'),
  agents_skipped_thin_sample: t.list(
    'Agents without a rule, and why',
    skippedAgent.extend({ agent_id_base: t.agentId }),
  ),
  agents_unsupported: t.strings('Agents that there is no rule for, at most 20'),
  load_failures: leftOut.loadFailures,
  fit_failures: t.rows('Agents whose rules could not be fitted', {
    agent_id_base: t.agentId,
    error: t.text('What was wrong'),
  }),
  write_failures: leftOut.writeFailures,
  not_kept: leftOut.notKept,
  metrics: leftOut.metrics,
  controls,
  per_agent: t.list('Agents with a rule', ruleLine),
  per_family: t.map(
    'What became of the artifacts, by family',
    t.artifactCounts.extend({
      dropped: t.counts('Artifacts without a decision'),
      rows,
      skipped_rows: t.counts('Items of an artifact that became no row'),
    }),
  ),
  not_listed: leftOut.notListed,
});
export type CounterfactualSummary = t.Published<typeof summary>;

/** What `counterfactual` found. */
export const counterfactualFound = z.object({
  summary,
  lists: z.object({
    load_failures: leftOut.loadFailureList,
    agents_unsupported: t.strings('Agents that there is no rule for'),
    unknown_agents: leftOut.unknownAgents,
    dropped: t.list('Artifacts without a decision', t.keyedReason),
    ignored_keys: leftOut.ignoredKeys,
    write_failures: leftOut.writeFailureList,
  }),
});

/** The result object of `counterfactual`. */
export const counterfactualResult = result.extend(counterfactualFound.shape);
export type CounterfactualResult = t.Published<typeof counterfactualResult>;
