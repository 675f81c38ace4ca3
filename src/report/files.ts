import { z } from 'zod';

/** What the report reads of the files of a run. They may have been written by an older version, or by hand: each is checked
 * before anything is shown of it. */

const share = z.number();
const counts = z.record(z.string(), z.number());

const interval = z.object({ low: share, high: share, level: z.number() });
export type Interval = z.output<typeof interval>;

const scores = z.object({
  match_rate: share,
  /** Rows by true label, and in each by what the rule says; labels in the order of `classes`. */
  confusion: z.array(z.array(z.number())),
});

const evaluatedRule = z.object({
  verdict: z.enum(['explained', 'not_explained', 'inconclusive']),
  reason: z.string(),
  runs_needed: z.number().nullable(),
  in_sample: scores,
  /** Null for a single run. */
  out_of_sample: scores.extend({ interval: interval.nullable() }).nullable(),
  permutation: z.object({ p_value: z.number() }).nullable(),
  by_depth: z
    .array(z.object({ depth: z.number(), match_rate: share, out_of_sample: share.nullable() }))
    .optional(),
});
export type EvaluatedRule = z.output<typeof evaluatedRule>;

const node = z.object({
  n: z.number(),
  impurity: z.number(),
  /** Rows by class, in the order of `classes`. */
  counts: z.array(z.number()),
  split: z
    .object({ feature: z.number(), threshold: z.number(), left: z.number(), right: z.number() })
    .optional(),
});

const tree = z.object({
  match_rate: share,
  /** The root first; rows with `value of column feature <= threshold` go left. */
  nodes: z.array(node).min(1),
});
export type TreeOfFile = z.output<typeof tree>;

const wrongRow = z.object({
  artifact_key: z.string(),
  decision: z.string(),
  rule: z.string(),
  /** By feature; null where it is missing. */
  values: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});
const wrongRows = z.object({ count: z.number(), sample: z.array(wrongRow) });
export type WrongRows = z.output<typeof wrongRows>;

/** One agent's analysis by `counterfactual`. */
export const analysisFile = z.object({
  schema_version: z.literal(2),
  agent_id_base: z.string(),
  family: z.string(),
  kind: z.enum(['llm', 'deterministic']),
  decision: z.string(),
  label: z.string(),
  run_id: z.string(),
  max_depth: z.number(),
  simulated: z.boolean(),
  sources: z.record(z.string(), z.object({ n_samples: z.number(), match_rate: share })).optional(),
  n_samples: z.number(),
  n_classes: z.number(),
  match_rate: share,
  classes: z.array(z.object({ label: z.string(), n: z.number() })),
  feature_importances: z.record(z.string(), z.number()),
  rules: z.object({
    design: z.object({ columns: z.array(z.object({ name: z.string(), kind: z.string() })) }),
    tree,
    exact: z.union([
      tree.extend({ optimality: z.string(), gap: z.number() }),
      z.object({ skip_reason: z.string() }),
    ]),
  }),
  /** What the published trees get wrong of the rows they were fitted to. */
  wrong_rows: z.object({ tree: wrongRows, exact: wrongRows.optional() }).optional(),
  evaluation: z.object({
    confidence: z.number(),
    threshold: share,
    margin: share,
    runs: z.number(),
    baseline: z.object({ label: z.string(), match_rate: share }),
    rules: z.object({
      tree: evaluatedRule,
      logistic: evaluatedRule,
      exact: evaluatedRule.optional(),
    }),
  }),
  newest_input_date: z.string(),
});
export type AnalysisFile = z.output<typeof analysisFile>;

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
  newest_input_date: z.string(),
});
export type AgentConcordanceFile = z.output<typeof agentConcordance>;

const cost = z.object({ input_tokens: z.number(), output_tokens: z.number(), usd: z.number() });
const cache = z.object({ hits: z.number(), misses: z.number() });
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

const disagreement = z.object({
  target_model: z.string(),
  agent_id_base: z.string(),
  artifact_key: z.string(),
  original_model: z.string(),
  agreement: share,
  diagnostics: z.record(z.string(), z.number()),
  original_decision: z.unknown(),
  replay_decision: z.unknown(),
  /** Null where the capture could not be read again. `cut` is the number of characters left out of each. */
  prompt: z
    .object({
      system: z.object({ text: z.string(), cut: z.number() }).nullable(),
      user: z.object({ text: z.string(), cut: z.number() }),
    })
    .nullable(),
});
export type Disagreement = z.output<typeof disagreement>;

/** How a run was made; absent in the files of older versions. */
const making = z.object({
  settings: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.string()),
  steps: z.array(z.object({ step: z.string(), items: z.number(), seconds: z.number() })),
});

/** How a run ended, whatever its job. */
export const ended = z.object({ status: z.string(), run_id: z.string(), error: z.string().optional() });

const result = z.object({
  status: z.string(),
  run_id: z.string(),
  duration_seconds: z.number(),
  making: making.optional(),
});

const sampled = z.object({ count: z.number() });
const window = { window_start: z.string(), window_end: z.string() };
const notListed = z.object({
  not_requested: counts,
  capped: counts,
  unknown: z.object({ count: z.number(), agents: z.number() }),
  ignored_keys: sampled,
});

const metrics = z
  .object({
    emitted: z.number(),
    skipped: z.array(z.object({ agent_id_base: z.string(), reason: z.string() })),
    error: z.string().optional(),
  })
  .nullable();

/** The result object of `counterfactual`. */
export const counterfactualResult = result.extend({
  summary: z.object({
    ...window,
    artifacts_discovered: z.number(),
    artifacts_loaded: z.number(),
    agents_skipped_thin_sample: z.array(
      z.object({ agent_id_base: z.string(), n_samples: z.number(), skip_reason: z.string() }),
    ),
    agents_unsupported: z.array(z.string()),
    fit_failures: z.array(z.object({ agent_id_base: z.string(), error: z.string() })),
    write_failures: sampled,
    metrics,
    controls: z.object({
      status: z.enum(['passed', 'failed', 'untested']),
      positive: z.object({
        tested: z.array(z.string()),
        untested: z.array(z.string()),
        failed: z.array(z.object({ agent_id_base: z.string() })),
      }),
      negative: z.object({
        tested: z.number(),
        failed: z.array(z.object({ agent_id_base: z.string(), rule: z.string() })),
      }),
    }),
    per_agent: z.array(z.object({ agent_id_base: z.string(), kind: z.enum(['llm', 'deterministic']) })),
    per_family: z.record(
      z.string(),
      z.object({
        listed: z.number(),
        loaded: z.number(),
        deduplicated: z.number(),
        dropped: counts,
        rows: z.number(),
        skipped_rows: counts,
      }),
    ),
    not_listed: notListed,
  }),
  lists: z.object({ load_failures: z.array(z.object({ key: z.string(), error: z.string() })) }),
});
export type CounterfactualResult = z.output<typeof counterfactualResult>;

/** The result object of `concordance`. */
export const concordanceResult = result.extend({
  summary: z.object({
    ...window,
    transport: z.string(),
    complete: z.boolean(),
    n_artifacts_candidate: z.number(),
    n_artifacts_replayed: z.number(),
    cost,
    cache,
    per_target: z.array(z.object({ target_model: z.string() })),
    write_failures: sampled,
    metrics,
    not_listed: notListed,
  }),
  lists: z.object({
    worst_disagreements: z.array(disagreement).optional(),
    paired_differences: z.array(
      z.object({
        agent_id_base: z.string(),
        first_model: z.string(),
        second_model: z.string(),
        n: z.number(),
        mean: z.number(),
        interval: interval.nullable(),
      }),
    ),
  }),
});
export type ConcordanceResult = z.output<typeof concordanceResult>;
