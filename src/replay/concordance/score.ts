import type { AgentFamily, Agreement, Original } from '../../agents/family.ts';
import { answerOf } from '../../model/answer.ts';
import type { Message } from '../../model/message.ts';
import type { JsonValue } from '../../shared/json.ts';

/** What a model's answer to a captured prompt is worth. An answer that is none is a finding about the model,
 * named by `reason`: `refusal`, `max_tokens`, `context_window`, `empty_answer` or `schema_violation`. */
export type Scored =
  | { readonly agreement: Agreement; readonly decision: JsonValue; readonly answer: unknown }
  | { readonly reason: string; readonly error: string; readonly answer: unknown };

/** A model may answer keys of any length, and an error quotes them. */
const MAX_ERROR = 500;

/** Checks an answer with the family's full schema and compares its decision with the captured one. */
export function scoreAnswer(
  { replay }: AgentFamily,
  { decision, context }: Original,
  message: Message,
): Scored {
  if (!replay) throw new TypeError('a family without replay was replayed');
  const found = answerOf(message);
  if ('reason' in found) return { ...found, answer: message.content };
  const checked = replay.answer.safeParse(found.value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const error = `${issue?.path.join('.') || 'the answer'}: ${issue?.message}`.slice(0, MAX_ERROR);
    return { reason: 'schema_violation', error, answer: found.value };
  }
  const replayed = replay.decision(checked.data, context);
  return { agreement: replay.agreement(decision, replayed), decision: replayed, answer: found.value };
}
