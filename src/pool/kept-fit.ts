import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { companion, ruleFit, skippedFit } from '../results/rules.ts';
import { isComplete } from '../rules/complete.ts';
import { fitDesign } from '../rules/design.ts';
import type { FittedRules } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import type { Packed, Unpacking } from './packing.ts';

/** The form of kept fits: that in which they are published. Numbers are checked for their kind, not against the rows:
 * only a new fit would tell more. */
const fitted = z.object({
  decision: z.union([ruleFit, skippedFit]),
  companions: z.record(z.string(), companion),
  /** The rules whose predictions stand among the numbers. */
  predicted: z.array(z.enum(['tree', 'logistic', 'exact'])),
  error: z.string().exactOptional(),
});

export function packFit({ predicted, ...rest }: FittedRules): Packed {
  return { json: { ...rest, predicted: Object.keys(predicted) }, numbers: Object.values(predicted) };
}

/** Throws, or gives undefined, for what is no fit to the task's rows. */
export function unpackFit(packed: Unpacking, task: FitTask): FittedRules | undefined {
  const read = fitted.parse(packed.json);
  const predicted = Object.fromEntries(read.predicted.map((rule) => [rule, packed.int32(task.rows)]));
  packed.end();
  // The schema passes over keys that it does not know; a fit has none.
  if (!isDeepStrictEqual(read, packed.json)) return undefined;
  const { decision, companions } = read;
  const names = task.labels.slice(1).map(({ name }) => name);
  if (read.error === undefined && names.some((name) => !(name in companions))) return undefined;
  // As it was kept: zod gives its keys in another order, and the same work must give the same bytes.
  const kept: FittedRules = { ...(packed.json as FittedRules), predicted };
  return 'skip_reason' in decision || fits(decision, kept.predicted, task) ? kept : undefined;
}

/** Whether the parts of a fit are of one size, and that of the task. */
function fits(
  { classes, rules, evaluation }: z.output<typeof ruleFit>,
  predicted: FittedRules['predicted'],
  task: FitTask,
): boolean {
  const { design, exact } = rules;
  const [{ codes }] = task.labels;
  const isWhole = codes.every((code) => code !== -1);
  return (
    isWhole &&
    isDeepStrictEqual(design, fitDesign(task.features, task.values, task.rows)) &&
    classes.reduce((sum, { n }) => sum + n, 0) === task.rows &&
    classes.every(({ label }) => task.labelTexts.includes(label)) &&
    isComplete(classes, rules) &&
    Object.values(predicted).every((of) => of.every((label) => label >= -1 && label < classes.length)) &&
    'skip_reason' in exact === (evaluation.rules.exact === undefined)
  );
}
