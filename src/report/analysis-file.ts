import { z } from 'zod';
import { day, interval, share } from './file-parts.ts';

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
  newest_input_date: day,
});
export type AnalysisFile = z.output<typeof analysisFile>;
