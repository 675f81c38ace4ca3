import { z } from 'zod';
import { inSample, rules, skipped, treeText } from './fitted-rules.ts';
import * as t from './parts.ts';

const size = { n_samples: t.count('Rows') };
const classCount = t.count('Labels that occur');
export const skippedFit = z.object({ ...size, n_classes: classCount.exactOptional(), ...skipped });
/** An agent without a rule. */
export const skippedAgent = skippedFit.describe('Too few rows or labels');
const treeFit = z.object({
  ...size,
  n_classes: classCount,
  match_rate: t.share(
    'Share of the rows that the tree reproduces, fitted to the same; comparable with history',
  ),
  tree_text: treeText,
});
export const companion = z.union([treeFit, skippedFit]);
export type TreeFit = t.Published<typeof treeFit>;
export type SkippedFit = t.Published<typeof skippedFit>;

const scores = z.object({
  match_rate: t.share('Share of rows whose label was predicted'),
  lift: t.signedShare('Match rate less that of the commonest label'),
  kappa: t.signedShare('Agreement beyond chance: 1 if perfect, 0 if none'),
  balanced_accuracy: t.share('Mean recall of the labels that occur'),
  confusion: t.list(
    'Rows by true label, and in each by predicted label, in the order of `classes`',
    z.array(z.int()),
  ),
});
const outOfSample = t.nullable(
  scores
    .extend({
      interval: t.nullable(t.interval, 'for too few runs'),
      excess: t.nullable(
        t.signedInterval.extend({ mean: t.signedShare('Mean') }).describe('Match less what was needed'),
        'for too few runs',
      ),
    })
    .describe('On runs that the rule had not seen'),
  'for a single run',
);

/** By rule: which rules there are is the same for all that is said of each. */
export const eachRule = <S extends z.ZodType>(said: S) => ({
  tree: said.describe('The greedy tree'),
  logistic: t.optional('The logistic regression; absent for a deterministic agent', said),
  exact: t.optional('The exact tree; absent where it was skipped', said),
});

export const verdict = t.oneOf(
  'Whether the whole interval is above threshold and baseline, below one of them, or neither',
  ['explained', 'not_explained', 'inconclusive'],
);
export const verdictReason = t.oneOf('What the verdict rests on', [
  'above_both',
  'below_threshold',
  'not_above_baseline',
  'match_unclear',
  'excess_unclear',
  'not_forward',
  'too_few_runs',
]);
export const runsNeeded = t.nullable(
  t.count('Runs like these that would settle it in four cases of five'),
  'when it is settled, or no reasonable number would',
);
const match = t.share('Share of rows matched');
const judged = {
  verdict,
  reason: verdictReason,
  runs_needed: runsNeeded,
  out_of_sample: outOfSample,
  walk_forward: t.objectOrNull(
    'Each run of the second half predicted from earlier ones; null for too few runs',
    {
      match_rate: match,
      needed: t.share('What the match must exceed'),
      rows: t.count('Rows predicted'),
      runs: t.count('Runs predicted: the second half'),
      newest: t.object('The newest fifth of all runs', { match_rate: match, rows: t.count('Rows') }),
    },
  ),
};
const partMatches = (meaning: string) =>
  t.rows(meaning, { part: t.text('Name of the part'), rows: t.count('Rows'), match_rate: match });
const label = t.text('Label');
const lacking = <Reason extends string, S extends z.ZodRawShape>(reason: Reason, meaning: string, more: S) =>
  z.object({ reason: z.literal(reason).describe(meaning), ...more });
const missing = z.discriminatedUnion('reason', [
  lacking('label_missed', 'A label is not caught for sure', {
    label,
    missed: t.count('Rows of the label that the rule gives another'),
    rows: t.count('Rows of the label'),
  }),
  lacking('label_rare', 'A label occurs in too few runs to tell', {
    label,
    runs: t.count('Runs in which it occurs'),
  }),
  lacking('newest_refuted', 'The newest fifth of the runs is matched less than is asked for', {
    match_rate: match,
  }),
  lacking(
    'own_output',
    'Without these inputs, the agent’s own earlier output, the rule does not explain it',
    {
      inputs: t.strings('Inputs that stand still once the agent is retired'),
      match_rate: t.nullable(match, 'for a single run'),
    },
  ),
  lacking('only_this_window', 'No decisions of another time bear the rule out', {
    more_runs: t.count('Runs of later decisions that would tell'),
  }),
]);
export type Missing = t.Published<typeof missing>;

export const evaluatedRule = z.object({
  ...judged,
  in_sample: scores.describe('On the rows that the rule was fitted to'),
  orders: t
    .object('Match on unseen runs over orders of the columns; the least is judged', {
      tried: t.count('Orders'),
      least: match,
      most: match,
    })
    .exactOptional(),
  recalls: t.listOrNull(
    'How often each label is caught on unseen runs',
    z.object({
      label,
      rows: t.count('Rows of the label'),
      runs: t.count('Runs in which it occurs'),
      caught: t.count('Rows that the rule gives this label, too'),
      low: t.nullable(t.share('Lower limit of the share caught'), 'for too few runs'),
    }),
  ),
  without_own_output: t.optional(
    'Of a rule that explains the agent: the same fitted without the inputs of `own_output`',
    z.object(judged),
  ),
  missing_for_replace: t.listOrNull('What keeps a rule that explains the agent from replacing it', missing),
  by_time: t.objectOrNull('Match on unseen runs by part of the rows, of ten rows or more', {
    thirds: partMatches('By thirds of the runs'),
    weeks: partMatches('By week, named by its Monday'),
    regimes: partMatches('By market regime, where it was captured'),
  }),
  permutation: t.nullable(
    t.object('Permutation test', {
      p_value: t.share('Chance of such a match, were labels independent of inputs'),
      permutations: t.count('Shifts of the labels in time'),
      ties: t.count('Shifts that matched exactly as well'),
      rows: t.count('Rows it was computed from'),
    }),
    'for a deterministic agent, where it was not made, and below twenty runs',
  ),
  negative_control: t.nullable(
    t.object('The same rule on labels shifted by half the runs, which it must not explain', {
      preserved: t.share('Share of rows that keep their label'),
      match_rate: inSample,
      ...judged,
    }),
    'below twenty runs',
  ),
  by_depth: t.optional(
    'Of the tree only, from depth zero on',
    z.array(
      z.object({
        depth: t.count('Depth at which the tree is cut off'),
        match_rate: inSample,
        out_of_sample: t.nullable(t.share('Match on runs not seen'), 'for a single run'),
      }),
    ),
  ),
});
export type EvaluatedRule = t.Published<typeof evaluatedRule>;

const evaluation = z.object({
  confidence: t.share('Confidence level of the intervals'),
  threshold: t.share('Match out of sample that a rule must be clear of'),
  margin: t.share('Of what the baseline misses, the share that a rule must get right'),
  runs: t.count('Runs that the rows come from'),
  evaluated_rows: t
    .count('Rows that numbers out of sample rest on; absent when it is all of them')
    .exactOptional(),
  evaluated_runs: t.count('Runs that these rows come from').exactOptional(),
  baseline: t.object('Always answering the commonest label', {
    label: t.text('The commonest label'),
    match_rate: t.share('Its share of the rows'),
  }),
  own_output: t.strings('Inputs that are the agent’s own earlier output').exactOptional(),
  folds: t.object('Folds of the cross-validation', {
    kind: t.oneOf('How runs were split', ['contiguous_blocks', 'leave_one_run_out', 'grouped']),
    count: t.count('Number of folds'),
  }),
  rules: t.object('What each rule is worth', eachRule(evaluatedRule)),
});

/** Rules fitted to a label, and what they are worth. */
export const ruleFit = treeFit.extend({
  classes: t.rows('Labels that occur, sorted', { label: t.text('Label'), n: t.count('Rows') }),
  feature_names: t.strings('Columns of the design'),
  feature_importances: t.map('By column: share of the impurity that its splits removed', z.number()),
  rules: rules.describe('The rules, complete'),
  evaluation: evaluation.describe('How well each rule predicts'),
});
export type EvaluatedFit = t.Published<typeof ruleFit>;
