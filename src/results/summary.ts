import { z } from 'zod';
import { modelSegment } from './keys.ts';
import * as t from './parts.ts';
import { runsNeeded } from './rules.ts';
import { served } from './served.ts';

const fewRuns = 'for fewer than five runs';
const runs = t.count('Runs that the scores come from');
const scored = t.count('Captures with a score');
const meanAgreement = t.share('Mean agreement');

const meanCost = (meaning: string) =>
  t.nullable(
    t.object(meaning, { usd: t.usd('Mean'), n: t.count('Decisions whose cost is known') }),
    'where none is known',
  );
const costPerDecision = t.object('What a decision costs, and would under the target', {
  original: meanCost('Of the captured calls behind the answers'),
  target: meanCost('Of all answers, invalid ones too, each in a call of its own by list price'),
  decisions_per_month: t.number(
    'Captures that can be replayed, by thirty days, since the first in the window',
  ),
  saving_per_month_usd: t.nullable(
    t.usd('What the target would save on the same decisions, below zero where it costs more'),
    'where no decision has both costs',
  ),
});
export type CostPerDecision = t.Published<typeof costPerDecision>;

/** What the sequential test of an agent came to. It is about the mean over these candidates: its error does not cover
 * what other captures would show. */
const stop = z.object({
  decision: t.nullable(t.oneOf('Side of the threshold', ['above', 'below']), 'while it is open'),
  used: t.count('Candidates that the decision rests on'),
  saved: t.count('Candidates not replayed'),
  saved_usd: t.nullable(t.usd('What these would have cost'), 'without a price'),
  error_level: t.share('Most that the chance of a wrong decision can be'),
});

const relative = t.wideInterval.extend({
  ratio: t.number('The mean as a multiple of the noise ceiling: about 1 when the target is as good'),
});
export type RelativeAgreement = t.Published<typeof relative>;

const claim = z.object({
  interval: t.nullable(t.interval, fewRuns),
  runs,
  verdict: t.oneOf('Whether the mean is above the threshold, below it, or may be either', [
    'interchangeable',
    'not',
    'inconclusive',
  ]),
  verdict_by: t.oneOf('What decided', ['interval', 'sequential_test']),
  verdict_reason: t.oneOf('What the verdict rests on', [
    'above_threshold',
    'below_threshold',
    'interval_spans_threshold',
    'too_few_runs',
  ]),
  runs_needed: runsNeeded,
});
/** Whether a mean agreement is clear of the threshold. */
export type AgreementClaim = t.Published<typeof claim>;

const spread = z.object({
  n: scored,
  mean: meanAgreement,
  min: t.share('Least agreement'),
  max: t.share('Most agreement'),
  stdev: t.number('Sample standard deviation'),
  diagnostics: t.map('Mean of each part of the agreement, by its name', z.number().nullable()),
});
/** An agent's agreement with one target model. */
export type AgreementSummary = t.Published<typeof spread>;

/** An agent's agreement with the target model, and what follows. */
export const agentAgreement = z.object({
  agent_id_base: t.agentId,
  ...spread.shape,
  agreement: t.objectOrNull('Of all answers, invalid ones counted as 0: what the verdict is about', {
    mean: meanAgreement,
    low: t.nullable(t.share('Lower limit'), fewRuns),
    high: t.nullable(t.share('Upper limit'), fewRuns),
    n: t.count('Answers'),
  }),
  ...claim.shape,
  interval_after_stop: t.flag('Whether the replays ended them: the interval then covers less than its level'),
  stop: t.nullable(stop.describe('The sequential test'), 'without --stop-when-sure'),
  relative_to_ceiling: t.nullable(
    relative.describe('The mean relative to the noise ceiling'),
    'without --ceiling, or for too few runs of it',
  ),
  tool_loop: t.flag('Its model called tools in a loop; it was replayed in one call without them'),
  invalid_answers: t.counts('Invalid answers, which the mean leaves out and `agreement` counts as 0'),
  cost_per_decision: t.orNull(costPerDecision),
  replay_usd: t.nullable(t.usd('Price of all answers behind this line'), 'without a price'),
  latency_ms_p50: t.nullable(t.number('Median latency of a call, ms'), 'where the transport does not tell'),
  newest_input_date: t.newestInput,
});
export type AgentAgreement = t.Published<typeof agentAgreement>;

/** What the noise ceiling came to. `requested`, as far as there were so many, is the sum of what was scored, failed, could
 * not be had from its model and was not reached for the budget. */
export const ceiling = z.object({
  requested: t.count('Captures wanted'),
  sampled: t.count('Captures drawn'),
  scored,
  complete: t.flag('False when the budget ended it'),
  n_artifacts_skipped_for_budget: t.count('Captures not reached for the budget'),
  skips: t.counts('Deliberate non-replays'),
  models_unavailable: t.rows('Original models that could not be asked', {
    model: t.text('Model'),
    error: t.text('Why it could not be asked'),
  }),
  failures: t.list('Captures without a score', t.replayFailure),
  per_agent: t.rows('Agreement of each agent with itself', {
    agent_id_base: t.agentId,
    models: t.strings('Original models of the sample'),
    n: scored,
    mean: meanAgreement,
    runs,
    interval: t.nullable(t.interval, fewRuns),
  }),
  cost: t.cost,
  cache: t.cache,
});
export type CeilingSummary = t.Published<typeof ceiling>;

/** What `concordance` found of one target model. */
export const summary = z.object({
  schema_version: z.literal(2).describe('Version of this format'),
  run_id: t.runId,
  run_date: t.runDate,
  ...t.window,
  target_model: t.targetModel,
  agent_filter: t.strings('Families asked for'),
  transport: t.text('How the model was reached: messages, batches or recorded'),
  structured: t.oneOf('How answers were given their form; auto: as the service takes it', [
    'auto',
    'json',
    'tool',
  ]),
  include_tool_loops: t.flag('Whether families with a tool loop were replayed, too'),
  complete: t.flag('False when the budget stopped the run'),
  n_artifacts_candidate: t.count('Scored, skipped, failed, and not reached for the budget'),
  n_artifacts_replayed: t.count('Those with an answer, valid or not'),
  budget_stopped: t.flag('Whether the budget stopped the run'),
  n_artifacts_skipped_for_budget: t.count('Candidates not reached for the budget'),
  n_artifacts_over_cap: t.count('Captures that --max-artifacts left out; not among the candidates'),
  agents_analyzed: t.count('Agents with a line'),
  interchangeable_threshold: t.share('Mean agreement that an agent’s interval must be clear of'),
  per_agent: t.list('Agreement of each agent', agentAgreement),
  agents_skipped_thin_sample: t.rows('Agents with fewer than three observations, which say nothing', {
    agent_id_base: t.agentId,
    n_observations: t.count('Captures with a score'),
  }),
  replay_failures: t.list('Candidates without a score', t.replayFailure),
  replay_skips: t.counts('Deliberate non-replays; `stopped_sure` are those made needless'),
  per_family: t.map(
    'What became of the artifacts, by family',
    t.artifactCounts.extend({
      skipped: t.counts('Artifacts that are not replayed'),
      replayable: t.count('loaded − deduplicated − skipped once read'),
    }),
  ),
  noise_ceiling: t.nullable(ceiling.describe('Agreement of agents with themselves'), 'without --ceiling'),
  served,
  cost: t.cost,
  cache: t.cache,
  computed_at: t.instant('When it was computed'),
});
export type Summary = t.Published<typeof summary>;

export function summaryKey(runId: string, model: string): string {
  return `_replay_summary/${runId}_${modelSegment(model)}.json`;
}
