import { z } from 'zod';
import type { Agreement, Artifact, Original, Replay } from './family.ts';

/** A replay whose parts know the types of one another. */
export function replayOf<Answer extends z.ZodType, Form extends z.ZodType<Original>>(replay: {
  readonly toolLoop: boolean;
  readonly answer: Answer;
  readonly form: Form;
  original(artifact: Artifact): z.output<Form> | { readonly skip: string };
  decision(answer: z.output<Answer>, context: z.output<Form>['context']): z.output<Form>['decision'];
  agreement(original: z.output<Form>['decision'], replayed: z.output<Form>['decision']): Agreement;
}): Replay {
  return replay;
}

/** The form of a captured decision and its context. */
export function formOf<Decision extends z.ZodType, Context extends z.ZodType>(
  decision: Decision,
  context: Context,
) {
  return z.strictObject({ decision, context });
}

/** The weighted mean of likenesses in [0, 1]. A likeness or a diagnostic that is null does not apply and is left
 * out. The two sums add up in the same order, so that likenesses of 1 give exactly 1. */
export function agreementOf(
  terms: readonly (readonly [weight: number, likeness: number | null])[],
  diagnostics: Readonly<Record<string, number | null>> = {},
): Agreement {
  let [sum, weights] = [0, 0];
  for (const [weight, likeness] of terms) {
    if (likeness === null) continue;
    sum += weight * likeness;
    weights += weight;
  }
  const entries = Object.entries(diagnostics);
  return {
    score: sum / weights,
    diagnostics: Object.fromEntries(entries.filter((entry): entry is [string, number] => entry[1] !== null)),
  };
}

/** The share of two sets that they have in common; 1 when both are empty. */
export function jaccard(a: readonly string[], b: readonly string[]): number {
  const [first, second] = [new Set(a), new Set(b)];
  const common = [...first].filter((element) => second.has(element)).length;
  const union = first.size + second.size - common;
  return union === 0 ? 1 : common / union;
}

/** The share of true ones; 1 of none. */
export function shareOf(flags: readonly boolean[]): number {
  return flags.length === 0 ? 1 : flags.filter(Boolean).length / flags.length;
}
