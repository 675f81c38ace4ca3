import { z } from 'zod';
import * as t from './parts.ts';

const column = <Kind extends string, S extends z.ZodRawShape>(kind: Kind, meaning: string, more: S) =>
  z.object({
    name: t.text('Name of the column'),
    feature: t.count('Position among the inputs'),
    kind: z.literal(kind).describe(meaning),
    ...more,
  });
const design = t.object('How inputs become the columns that the rules ask for', {
  features: t.strings('Inputs, in the order of the columns of a row'),
  columns: t.list(
    'Columns, in the order in which the rules number them',
    z.discriminatedUnion('kind', [
      column('number', 'Its value is that of the input', {
        impute: t.number('Stands for a missing value: the median of the others'),
      }),
      column('level', 'Its value is 1 where the input is `level`, else 0', {
        level: t.text('Value of the input'),
        code: t.count('Number of the level'),
      }),
      column('missing', 'Its value is 1 where the input is missing, else 0', {}),
    ]),
  ),
  omitted: t.strings('Inputs that are missing in every row: they have no column'),
});

/** How rows of inputs, some missing, become a matrix without gaps. */
export type Design = t.Published<typeof design>;

const node = z.object({
  n: t.count('Rows that come here'),
  impurity: t.share('Gini impurity of these rows'),
  counts: t.list('These rows by class, in the order of `classes`', z.int()),
  split: t.optional(
    'Absent in a leaf',
    z.object({
      feature: t.count('Position among the columns of the design'),
      threshold: t.number('Rows with a value of at most this, as float32, go left'),
      left: t.count('Position of the left child among the nodes'),
      right: t.count('Position of the right child among the nodes'),
    }),
  ),
});
export const inSample = t.share('Share of the rows it was fitted to that it reproduces');
const tree = z.object({
  match_rate: inSample,
  nodes: z.array(node).min(1).describe('In pre-order: each node, its left subtree, its right one'),
});
export type PublishedTree = t.Published<typeof tree>;

export const treeText = t.text('The tree as scikit-learn’s export_text prints it');
export const skipped = { skip_reason: t.text('Why there is none') };

/** One label against the rest; of equal scores the first counts. */
const logistic = z.object({
  match_rate: inSample,
  mean: t.list('Subtracted of each column', z.number()),
  scale: t.list('Divides each column then', z.number()),
  bias: t.list('Of each class', z.number()),
  weights: t.list('Of each class, by column', z.array(z.number())),
  steps: t.count('Iterations of the fit'),
  converged: t.flag('Whether the fit converged'),
  fitted_rows: t.count('Rows it was fitted to: of very many, a sample'),
});
export type PublishedLogistic = t.Published<typeof logistic>;

/** The rules, complete: anyone can apply them to a row of inputs. */
export const rules = z.object({
  design,
  tree: tree.describe('The greedy tree, as scikit-learn fits it'),
  logistic: z
    .union([logistic, z.object(skipped)])
    .describe('Logistic regression, one label against the rest; skipped for a deterministic agent'),
  exact: z
    .union([
      tree.extend({
        optimality: t.oneOf(
          'What is proven of its match: the best of all, of the considered thresholds, or nothing',
          ['proven', 'proven_over_candidates', 'time_limited'],
        ),
        gap: t.share('Most by which a tree of this depth over these thresholds could match more'),
        thresholds: t.object('How many thresholds the search knew', {
          considered: t.count('Thresholds tried'),
          possible: t.count('Thresholds there are'),
        }),
        tree_text: treeText,
      }),
      z.object(skipped),
    ])
    .describe('The best tree of this depth'),
});
