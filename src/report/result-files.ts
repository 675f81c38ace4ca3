import { z } from 'zod';
import { cache, cost, counts, day, interval, share } from './file-parts.ts';

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
const window = { window_start: day, window_end: day };
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
