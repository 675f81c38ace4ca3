import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { companion, ruleFit, skippedFit } from '../results/rules.ts';
import { isComplete } from '../rules/complete.ts';
import { designOf } from '../rules/design.ts';
import { scoresOf } from '../rules/evaluation/confusion.ts';
import { pick } from '../rules/evaluation/cross-validate.ts';
import { predictRules, RULES } from '../rules/predict-rules.ts';
import type { FittedRules } from './fit.ts';
import type { FitTask } from './fit-task.ts';
import type { Packed, Unpacking } from './packing.ts';

/** The form of kept fits: that in which they are published. What the rules and their predictions make of the rows is worked
 * out again. Other numbers are checked for their kind: only a new fit would tell more. */
const fitted = z.object({
  decision: z.union([ruleFit, skippedFit]),
  companions: z.record(z.string(), companion),
  /** The rules whose predictions stand among the numbers. */
  predicted: z.array(z.enum(RULES)),
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

type Claimed = z.output<typeof ruleFit>;

/** Whether the parts of a fit are of one size, and that of the task. */
function fits(claimed: Claimed, predicted: FittedRules['predicted'], task: FitTask): boolean {
  const { classes, rules, evaluation } = claimed;
  return (
    task.labels[0].codes.every((code) => code !== -1) &&
    isDeepStrictEqual(rules.design, designOf(task.features, task.values, task.rows).design) &&
    classes.reduce((sum, { n }) => sum + n, 0) === task.rows &&
    classes.every(({ label }) => task.labelTexts.includes(label)) &&
    isComplete(classes, rules) &&
    Object.values(predicted).every((of) => of.every((label) => label >= -1 && label < classes.length)) &&
    'skip_reason' in rules.exact === (evaluation.rules.exact === undefined) &&
    isMatched(claimed, predicted, task)
  );
}

/** Whether the rules match the rows as the fit claims, in sample and out of it. An interval would take longer than all of
 * this. */
function isMatched(
  { match_rate, classes, rules, evaluation }: Claimed,
  predicted: FittedRules['predicted'],
  task: FitTask,
): boolean {
  const { columns } = designOf(task.features, task.values, task.rows);
  const classOf = task.labelTexts.map((text) => classes.findIndex(({ label }) => label === text));
  const labels = task.labels[0].codes.map((code) => classOf[code] as number);
  const inside = predictRules(rules, columns, task.rows);
  const isTrue = (name: keyof typeof evaluation.rules) => {
    const claimed = evaluation.rules[name];
    const [applied, outside] = [inside[name], predicted[name]];
    if (!claimed || !applied) return claimed === applied;
    if (!isDeepStrictEqual(claimed.in_sample, scoresOf(applied, labels, classes.length))) return false;
    if (claimed.in_sample.match_rate !== (rules[name] as typeof rules.tree).match_rate) return false;
    if (!outside || !claimed.out_of_sample) return outside === undefined && claimed.out_of_sample === null;
    const seen = Int32Array.from([...outside.keys()].filter((row) => outside[row] !== -1));
    const { interval: _, excess: __, ...scores } = claimed.out_of_sample;
    return isDeepStrictEqual(scores, scoresOf(pick(outside, seen), pick(labels, seen), classes.length));
  };
  return match_rate === rules.tree.match_rate && RULES.every(isTrue);
}
