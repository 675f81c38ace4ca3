import { z } from 'zod';
import { counted } from '../shared/numbers.ts';
import { result } from './envelope.ts';
import * as leftOut from './left-out.ts';
import * as t from './parts.ts';
import { agentAgreement, ceiling, summary as targetSummary } from './summary.ts';

const cutText = z.object({ text: t.text('Its beginning'), cut: t.count('Characters left out behind it') });
const disagreement = z.object({
  target_model: t.targetModel,
  agent_id_base: t.agentId,
  artifact_key: t.text('Key of the capture, relative to the corpus'),
  original_model: t.text('Model that was captured'),
  agreement: t.share('Likeness of the decisions'),
  diagnostics: t.map('What the agreement is made of', z.number()),
  original_decision: t.json('What was decided, in comparable form'),
  replay_decision: t.json('What the target decided, in comparable form'),
  prompt: t.nullable(
    t.object('Prompt', {
      system: t.nullable(cutText.describe('System prompt'), 'where none was captured'),
      user: cutText.describe('User prompt'),
    }),
    'where the capture could not be read again',
  ),
});
/** A capture that a target decides otherwise, side by side. */
export type Disagreement = t.Published<typeof disagreement>;

const pairedDifference = z.object({
  agent_id_base: t.agentId,
  first_model: t.text('Target model'),
  second_model: t.text('Target model that it is compared with'),
  n: t.count('Captures that both answered'),
  mean: t.signedShare('Mean agreement of the first less that of the second'),
  runs: t.count('Runs that these come from'),
  interval: t.nullable(t.signedInterval, 'for fewer than five runs'),
  after_stop: t.flag('Whether replays ended early: the interval then covers less than its level'),
});
/** How much more the first model agrees with an agent than the second, on the captures that both answered. */
export type PairedDifference = t.Published<typeof pairedDifference>;

const { diagnostics, interval_after_stop, invalid_answers, ...line } = agentAgreement.shape;
const { cost_per_decision, replay_usd, latency_ms_p50, newest_input_date, ...shown } = line;
const agreementLine = z.object({
  ...shown,
  relative_to_ceiling: shown.relative_to_ceiling.exactOptional(),
  stop: shown.stop.exactOptional(),
  tool_loop: shown.tool_loop.exactOptional(),
  saving_per_month_usd: t.nullable(t.usd('What the target would save'), 'where it is unknown'),
});
export type AgreementLine = t.Published<typeof agreementLine>;

const { complete, n_artifacts_candidate, n_artifacts_replayed, ...common } = targetSummary.shape;
const reach = { complete, n_artifacts_candidate, n_artifacts_replayed };
const targetLines = z.object({
  target_model: t.targetModel,
  ...reach,
  per_agent: t.list('Agreement of each agent', agreementLine),
  agents_skipped_thin_sample: common.agents_skipped_thin_sample,
  served: common.served,
  cost_usd: t.nullable(t.usd('What this run paid'), 'where the price of some call is not known'),
  summary_key: t.nullable(t.text('Full key of the target’s summary'), 'where it was not written'),
});
export type TargetLines = t.Published<typeof targetLines>;

const targetFailure = t.replayFailure.extend({ target_model: t.targetModel });
const ceilingLines = ceiling.extend({ failures: t.sampled('Captures without a score', t.replayFailure) });

const summary = z.object({
  ...t.window,
  transport: common.transport,
  budget_stopped: common.budget_stopped,
  ...reach,
  n_artifacts_skipped_for_budget: common.n_artifacts_skipped_for_budget,
  agents_analyzed: common.agents_analyzed,
  warnings: t.warnings,
  failed_targets: t.rows('Target models that were given up, at most 20', {
    target_model: t.targetModel,
    error: t.text('Why'),
  }),
  replay_failures: t.sampled('Candidates without a score, of all targets', targetFailure),
  replay_skips: common.replay_skips,
  cost: t.cost,
  cache: t.cache,
  per_target: t.list('Target models, at most 20', targetLines),
  paired_differences: t.sampled('Every two targets compared, agent by agent', pairedDifference),
  noise_ceiling: t.nullable(
    ceilingLines.describe('Agreement of agents with themselves'),
    'without --ceiling',
  ),
  per_family: common.per_family,
  write_failures: leftOut.writeFailures,
  not_kept: leftOut.notKept,
  metrics: leftOut.metrics,
  not_listed: leftOut.notListed,
});
export type ConcordanceSummary = t.Published<typeof summary>;

/** What was to be replayed: `3,114 captures`, or `6,228 pairs (3,114 captures × 2 models)`. */
export function candidatesInWords({
  n_artifacts_candidate: all,
  per_target: [target],
}: Pick<ConcordanceSummary, 'n_artifacts_candidate' | 'per_target'>): string {
  const captures = counted(target?.n_artifacts_candidate ?? all, 'capture');
  const models = Math.round(all / (target?.n_artifacts_candidate || all || 1));
  return models > 1 ? `${counted(all, 'pair')} (${captures} × ${models} models)` : captures;
}

/** What `concordance` found. */
export const concordanceFound = z.object({
  summary,
  lists: z.object({
    replay_failures: t.list('Candidates without a score, of all targets', targetFailure),
    paired_differences: t.list('Every two targets compared, agent by agent', pairedDifference),
    worst_disagreements: t.listOrNull(
      'Of each target and agent the three captures that agree least, worst first',
      disagreement,
    ),
    ceiling_failures: t.list('Captures of the noise ceiling without a score', t.replayFailure),
    skipped: t.list('Artifacts of models that are not replayed', t.keyedReason),
    unknown_agents: leftOut.unknownAgents,
    ignored_keys: leftOut.ignoredKeys,
    write_failures: leftOut.writeFailureList,
  }),
});

/** The result object of `concordance`. */
export const concordanceResult = result.extend(concordanceFound.shape);
export type ConcordanceResult = t.Published<typeof concordanceResult>;
