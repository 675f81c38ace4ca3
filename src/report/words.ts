import { sum } from 'd3-array';
import { ACTIONS, type Action, type AgentAdvice } from '../results/advice.ts';
import { count, isNumber } from '../shared/numbers.ts';
import { type Counts, sortedCounts } from '../shared/tally.ts';
import { truncate } from '../shared/truncate.ts';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['deterministic', 'no model decides'],
  ['tool_loop', 'the model called tools in a loop'],
  ['placeholder', 'the capture holds a placeholder in place of the prompt'],
  ['unrendered_template', 'the prompt is a template that was not filled in'],
  ['missing_prompt', 'the capture holds no prompt'],
  ['truncated_snapshot', 'the captured input was cut off'],
  ['dry_run_stub', 'made by a dry run'],
  ['empty_output', 'the capture holds no answer'],
  ['no_decision', 'no decision was captured'],
  ['fallback', 'production fell back to a fixed answer'],
  ['no_selection_call', 'settled without a call to a model'],
  ['no_llm_conviction', 'the conviction is not the model’s own'],
  ['failed_self_check', 'the captured decision does not agree with itself: a fault of this program'],
  ['stopped_sure', 'not needed: the test was already sure'],
  ['no_technical_data', 'no technical data for the ticker'],
  ['regime_gate', 'decided by the regime gate'],
  ['unobservable_rule', 'decided by a rule whose inputs are not captured'],
  ['error_without_picks', 'the agent failed and picked nothing'],
  ['too_few_rows', 'too few rows'],
  ['window_end_older_than_two_weeks', 'the window ends more than two weeks ago, which CloudWatch refuses'],
  ['refusal', 'the model refused'],
  ['max_tokens', 'the answer reached the token limit'],
  ['context_window', 'the prompt does not fit the model'],
  ['content_filter', 'a content filter withheld the answer'],
  ['empty_answer', 'the answer was empty'],
  ['schema_violation', 'the answer does not fit the schema'],
  ['malformed_envelope', 'the capture lacks its input or its output'],
  ['unknown_schema_version', 'captured in a version that is not known'],
  ['newest_input_older_than_14_days', 'its newest capture is more than 14 days older than the window end'],
  ['already_emitted_for_this_run_id', 'another run with this run id has emitted them'],
  ['may_have_been_emitted_for_this_run_id', 'another run with this run id ended while it emitted them'],
  ['load_failed', 'the artifact could not be read'],
]);

/** What a reason means, where it is one of those that this program gives. */
export function meaningOf(reason: string): string | undefined {
  return MEANINGS.get(reason);
}

/** A reason in words; one that is none of this program's as it is written. */
export function inWords(reason: string): string {
  return MEANINGS.get(reason) ?? reason.replaceAll('_', ' ');
}

/** Model ids without what they share. */
export function shortModel(model: string): string {
  return model.replace(/^claude-/, '');
}

/** `dropped 3, failed 1`, commonest first; at most `max` of them. */
export function countsInWords(counts: Counts, max = 8): string {
  const sorted = sortedCounts(counts);
  const shown = sorted.slice(0, max).map(([reason, n]) => `${reason.slice(0, 80)} ${count(n)}`);
  if (sorted.length > max) shown.push(`${sorted.length - max} other reasons`);
  return shown.join(', ');
}

/** The sentences of which the condition holds. */
export function told(...sentences: readonly (string | false | null | undefined)[]): string[] {
  return sentences.flatMap((sentence) => sentence || []);
}

/** `a, b and 3 more`. */
export function namesInWords(names: readonly string[], max = 12): string {
  const shown = names.slice(0, max).map((name) => truncate(name, 60));
  return `${shown.join(', ')}${names.length > max ? ` and ${names.length - max} more` : ''}`;
}

/** The record's own value under a key that comes from data. */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  key: string,
): Value | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** How often each action is advised, what to act on first before the rest; none that never is. */
export function actionCounts(advice: readonly Pick<AgentAdvice, 'action'>[]) {
  return (Object.keys(ACTIONS) as Action[])
    .map((action) => ({ action, n: advice.filter((one) => one.action === action).length }))
    .filter(({ n }) => n > 0);
}

/** What is known of these amounts, in all; null where nothing is. */
export function knownSum(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter(isNumber);
  return known.length > 0 ? sum(known) : null;
}
