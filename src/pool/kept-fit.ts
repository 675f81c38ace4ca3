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
  error: z.string().exactOptional(),
});

export function packFit(json: FittedRules): Packed {
  return { json, numbers: [] };
}

/** Throws, or gives undefined, for what is no fit to the task's rows. */
export function unpackFit(packed: Unpacking, task: FitTask): FittedRules | undefined {
  const read = fitted.parse(packed.json);
  packed.end();
  // The schema passes over keys that it does not know; a fit has none.
  if (!isDeepStrictEqual(read, packed.json)) return undefined;
  const { decision, companions } = read;
  const names = task.labels.slice(1).map(({ name }) => name);
  if (read.error === undefined && names.some((name) => !(name in companions))) return undefined;
  // As it was kept: zod gives its keys in another order, and the same work must give the same bytes.
  return 'skip_reason' in decision || fits(decision, task) ? (packed.json as FittedRules) : undefined;
}

/** Whether the parts of a fit are of one size, and that of the task. */
function fits({ classes, rules, evaluation }: z.output<typeof ruleFit>, task: FitTask): boolean {
  const { design, exact } = rules;
  const [{ codes }] = task.labels;
  const isWhole = codes.every((code) => code !== -1);
  return (
    isWhole &&
    isDeepStrictEqual(design, fitDesign(task.features, task.values, task.rows)) &&
    classes.reduce((sum, { n }) => sum + n, 0) === task.rows &&
    classes.every(({ label }) => task.labelTexts.includes(label)) &&
    isComplete(classes, rules) &&
    'skip_reason' in exact === (evaluation.rules.exact === undefined)
  );
}
