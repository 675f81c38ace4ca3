import { z } from 'zod';
import { cache, cost, counts, day, interval, share } from './file-parts.ts';

const costPerDecision = z.object({
  /** Mean cost of the captured calls whose cost is known, USD, and their number; null when of none. */
  original: z.object({ usd: z.number(), n: z.number() }).nullable(),
  /** Mean cost of the same decision under the target, by list price, USD; null without a price. */
  target: z.object({ usd: z.number(), n: z.number() }).nullable(),
  decisions_per_month: z.number(),
  saving_per_month_usd: z.number().nullable(),
});

const agentConcordance = z.object({
  agent_id_base: z.string(),
  n: z.number(),
  mean: share,
  min: share,
  max: share,
  stdev: z.number(),
  interval: interval.nullable(),
  interval_after_stop: z.boolean(),
  runs: z.number(),
  verdict: z.enum(['interchangeable', 'not', 'inconclusive']),
  verdict_by: z.string(),
  verdict_reason: z.string(),
  runs_needed: z.number().nullable(),
  stop: z.object({ decision: z.string().nullable(), used: z.number(), saved: z.number() }).nullable(),
  relative_to_ceiling: z
    .object({ ratio: z.number(), low: z.number(), high: z.number(), level: z.number() })
    .nullable(),
  tool_loop: z.boolean(),
  diagnostics: z.record(z.string(), z.number().nullable()),
  invalid_answers: counts,
  cost_per_decision: costPerDecision.optional(),
  latency_ms_p50: z.number().nullable(),
  newest_input_date: day,
});
export type AgentConcordanceFile = z.output<typeof agentConcordance>;

const failure = z.object({
  artifact_key: z.string(),
  agent_id_base: z.string(),
  kind: z.string(),
  reason: z.string(),
  error: z.string(),
});

/** What `concordance` found of one target model. */
export const summaryFile = z.object({
  schema_version: z.literal(2),
  run_id: z.string(),
  target_model: z.string(),
  transport: z.string(),
  complete: z.boolean(),
  budget_stopped: z.boolean(),
  n_artifacts_candidate: z.number(),
  n_artifacts_replayed: z.number(),
  n_artifacts_skipped_for_budget: z.number(),
  n_artifacts_over_cap: z.number(),
  interchangeable_threshold: share,
  per_agent: z.array(agentConcordance),
  agents_skipped_thin_sample: z.array(z.object({ agent_id_base: z.string(), n_observations: z.number() })),
  replay_failures: z.array(failure),
  replay_skips: counts,
  per_family: z.record(
    z.string(),
    z.object({
      listed: z.number(),
      loaded: z.number(),
      deduplicated: z.number(),
      skipped: counts,
      replayable: z.number(),
    }),
  ),
  noise_ceiling: z
    .object({
      requested: z.number(),
      scored: z.number(),
      per_agent: z.array(
        z.object({
          agent_id_base: z.string(),
          models: z.array(z.string()),
          n: z.number(),
          mean: share,
          runs: z.number(),
          interval: interval.nullable(),
        }),
      ),
    })
    .nullable(),
  cost,
  cache,
});
export type SummaryFile = z.output<typeof summaryFile>;
