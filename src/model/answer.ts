import type { Message } from './message.ts';

/** The tool that stands in for structured output. */
export const ANSWER_TOOL = 'answer';

/** What a model answered, or why that is no answer: `refusal`, `max_tokens` (cut off), `context_window`,
 * `content_filter`, `empty_answer`, `schema_violation` (text that is no JSON). Findings about the model, not faults of the run. */
export type Answer = { readonly value: unknown } | { readonly reason: string; readonly error: string };

const STOPPED = new Map([
  ['content_filter', { reason: 'content_filter', error: 'a content filter withheld the answer' }],
  ['refusal', { reason: 'refusal', error: 'the model refused to answer' }],
  ['max_tokens', { reason: 'max_tokens', error: 'the answer was cut off at max_tokens' }],
  [
    'model_context_window_exceeded',
    { reason: 'context_window', error: 'the answer was cut off at the end of the context window' },
  ],
]);

/** Reads a message: the input of the answer tool where it was called, else its text as JSON. Thinking and other
 * blocks are passed over. */
export function answerOf(message: Message): Answer {
  const stopped = STOPPED.get(message.stop_reason ?? '');
  if (stopped) return stopped;
  for (const block of message.content) {
    if (block.type === 'tool_use' && block.name === ANSWER_TOOL) return { value: block.input };
  }
  const text = message.content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('')
    .trim();
  if (text === '') return { reason: 'empty_answer', error: 'the model answered nothing' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { reason: 'schema_violation', error: `expected JSON, found ${JSON.stringify(text.slice(0, 80))}` };
  }
}
