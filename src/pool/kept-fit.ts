import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { fitDesign } from '../rules/design.ts';
import type { FittedRules } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import { asKept, type Packed, type Unpacking } from './packing.ts';

/** The form of kept fits. Numbers are checked for their kind, not against the rows: only a new fit would tell more. */

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const counts = z.array(count);

const tree = z
  .array(
    z.strictObject({
      n: count,
      impurity: share,
      counts,
      split: z
        .strictObject({ feature: count, threshold: z.number(), left: count, right: count })
        .exactOptional(),
    }),
  )
  .min(1)
  // Children come behind their parent, or whoever walks the tree would walk for ever.
  .refine((nodes) =>
    nodes.every(({ split }, index) => {
      return !split || [split.left, split.right].every((child) => child > index && child < nodes.length);
    }),
  );

const columnOf = { name: z.string(), feature: count };
const column = z.discriminatedUnion('kind', [
  z.strictObject({ ...columnOf, kind: z.literal('number'), impute: z.number() }),
  z.strictObject({ ...columnOf, kind: z.literal('level'), level: z.string(), code: count }),
  z.strictObject({ ...columnOf, kind: z.literal('missing') }),
]);

const bounds = { low: z.number(), high: z.number(), level: share };
const scores = {
  match_rate: share,
  lift: z.number(),
  kappa: z.number(),
  balanced_accuracy: share,
  confusion: z.array(counts),
};
const outOfSample = z
  .strictObject({
    ...scores,
    interval: z.strictObject(bounds).nullable(),
    excess: z.strictObject({ ...bounds, mean: z.number() }).nullable(),
  })
  .nullable();
const verdict = {
  verdict: z.enum(['explained', 'not_explained', 'inconclusive']),
  reason: z.enum([
    'above_both',
    'below_threshold',
    'not_above_baseline',
    'match_unclear',
    'excess_unclear',
    'too_few_runs',
  ]),
  runs_needed: count.nullable(),
};
const evaluated = z.strictObject({
  ...verdict,
  in_sample: z.strictObject(scores),
  out_of_sample: outOfSample,
  permutation: z
    .strictObject({ p_value: share, permutations: count, ties: count, rows: count, movable: share })
    .nullable(),
  negative_control: z.strictObject({
    ...verdict,
    movable: share,
    preserved: share,
    match_rate: share,
    out_of_sample: outOfSample,
  }),
});
const depth = z.strictObject({ depth: count, match_rate: share, out_of_sample: share.nullable() });

const treeFit = { n_samples: count, n_classes: count, match_rate: share, tree_text: z.string() };
const skippedFit = z.strictObject({
  n_samples: count,
  n_classes: count.exactOptional(),
  skip_reason: z.string(),
});

const evaluatedFit = z.strictObject({
  ...treeFit,
  classes: z.array(z.strictObject({ label: z.string(), n: count })),
  feature_names: z.array(z.string()),
  feature_importances: z.record(z.string(), share),
  rules: z.strictObject({
    design: z.strictObject({
      features: z.array(z.string()),
      columns: z.array(column),
      omitted: z.array(z.string()),
    }),
    tree: z.strictObject({ match_rate: share, nodes: tree }),
    logistic: z.strictObject({
      match_rate: share,
      mean: z.array(z.number()),
      scale: z.array(z.number()),
      bias: z.array(z.number()),
      weights: z.array(z.array(z.number())),
      steps: count,
      converged: z.boolean(),
      fitted_rows: count,
    }),
    exact: z.union([
      z.strictObject({
        match_rate: share,
        nodes: tree,
        tree_text: z.string(),
        optimality: z.enum(['proven', 'proven_over_candidates', 'time_limited']),
        gap: share,
        thresholds: z.strictObject({ considered: count, possible: count }),
      }),
      z.strictObject({ skip_reason: z.string() }),
    ]),
  }),
  evaluation: z.strictObject({
    confidence: share,
    threshold: share,
    margin: share,
    runs: count,
    baseline: z.strictObject({ label: z.string(), match_rate: share }),
    folds: z.strictObject({ kind: z.enum(['leave_one_run_out', 'grouped']), count }),
    rules: z.strictObject({
      tree: evaluated.extend({ by_depth: z.array(depth) }),
      logistic: evaluated,
      exact: evaluated.exactOptional(),
    }),
  }),
});
type EvaluatedFit = z.output<typeof evaluatedFit>;

const fitted: z.ZodType<FittedRules> = z.strictObject({
  decision: z.union([evaluatedFit, skippedFit]),
  companions: z.record(z.string(), z.union([z.strictObject(treeFit), skippedFit])),
  error: z.string().exactOptional(),
});

export function packFit(json: FittedRules): Packed {
  return { json, numbers: [] };
}

/** Throws, or gives undefined, for what is no fit to the task's rows. */
export function unpackFit(packed: Unpacking, task: FitTask): FittedRules | undefined {
  const read = asKept(fitted, packed.json);
  packed.end();
  const { decision, companions } = read;
  const names = task.labels.slice(1).map(({ name }) => name);
  if (read.error === undefined && names.some((name) => !(name in companions))) return undefined;
  return 'skip_reason' in decision || fits(decision as EvaluatedFit, task) ? read : undefined;
}

/** Whether the parts of a fit are of one size, and that of the task. */
function fits({ classes, rules, evaluation }: EvaluatedFit, task: FitTask): boolean {
  const { design, tree: greedy, logistic, exact } = rules;
  const width = design.columns.length;
  const areNodes = (nodes: typeof greedy.nodes) =>
    nodes.every(({ counts, split }) => counts.length === classes.length && (split?.feature ?? 0) < width);
  const [{ codes }] = task.labels;
  const isWhole = codes.every((code) => code !== -1);
  return (
    isWhole &&
    isDeepStrictEqual(design, fitDesign(task.features, task.values, task.rows)) &&
    classes.reduce((sum, { n }) => sum + n, 0) === task.rows &&
    classes.every(({ label }) => task.labelTexts.includes(label)) &&
    areNodes(greedy.nodes) &&
    ('skip_reason' in exact || areNodes(exact.nodes)) &&
    'skip_reason' in exact === (evaluation.rules.exact === undefined) &&
    [logistic.mean, logistic.scale, ...logistic.weights].every(({ length }) => length === width) &&
    [logistic.bias, logistic.weights].every(({ length }) => length === classes.length)
  );
}
