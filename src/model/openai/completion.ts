import { z } from 'zod';
import { isTooDeep } from '../../shared/json.ts';
import { ANSWER_TOOL } from '../answer.ts';
import { type Message, readMessage } from '../message.ts';
import type { JsonSchema } from '../request.ts';
import { withoutNulls } from './schema.ts';

const count = z.number().min(0);
const optional = count.nullish().catch(null);

/** Some services give the text in parts, thinking among them. */
const parts = z
  .array(z.looseObject({ text: z.string().catch('') }))
  .transform((all) => all.map(({ text }) => text).join(''));
/** Some services parse what the model wrote. */
const toolInput = z.union([z.string(), z.looseObject({}).transform((input) => JSON.stringify(input))]);

const completionSchema = z.looseObject({
  error: z.unknown().optional(),
  /** None where a filter withheld the answer. */
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish().catch(null),
        message: z
          .looseObject({
            content: z.union([z.string(), parts]).nullish().catch(null),
            refusal: z.string().nullish().catch(null),
            tool_calls: z
              .array(z.looseObject({ function: z.looseObject({ name: z.string(), arguments: toolInput }) }))
              .nullish()
              .catch(null),
          })
          .nullish(),
      }),
    )
    .nullable(),
  usage: z.looseObject({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: optional,
    /** DeepSeek's name for cached tokens. */
    prompt_cache_hit_tokens: optional,
    cache_creation_input_tokens: optional,
    prompt_tokens_details: z.looseObject({ cached_tokens: optional }).nullish().catch(null),
    completion_tokens_details: z.looseObject({ reasoning_tokens: optional }).nullish().catch(null),
    cost: z.unknown().optional(),
  }),
});

type Completion = z.output<typeof completionSchema>;
type Choice = NonNullable<Completion['choices']>[number];

/** Anthropic's names of how an answer ended, in which answers are kept. */
const STOP_REASONS = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
]);

/** The message in a chat completion, in the form in which answers are kept; undefined where none can be read and
 * billed. `schema` is the answer's: what may be left out may come as null. */
export function readCompletion(data: unknown, schema: JsonSchema): Message | undefined {
  const completion = completionSchema.safeParse(data).data;
  const [choice] = completion?.choices ?? [];
  if (!completion || completion.error || choice?.finish_reason === 'error') return undefined;
  const { id, model, provider, usage } = completion;
  return readMessage({
    id,
    model,
    provider,
    content: contentOf(choice?.message, schema),
    stop_reason: choice?.message?.refusal ? 'refusal' : stopReason(choice?.finish_reason),
    usage: usageOf(usage),
  });
}

function stopReason(reason: Choice['finish_reason']): string | null {
  return reason ? (STOP_REASONS.get(reason) ?? reason) : null;
}

function contentOf(message: Choice['message'], schema: JsonSchema): object[] {
  const called = message?.tool_calls?.find((call) => call.function.name === ANSWER_TOOL);
  const text = called?.function.arguments ?? message?.refusal ?? message?.content ?? '';
  try {
    const input = withoutNulls(JSON.parse(text), schema);
    const said = JSON.stringify(input);
    return [called ? { type: 'tool_use', name: ANSWER_TOOL, input } : { type: 'text', text: said }];
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isTooDeep(error)) throw error;
    return text === '' ? [] : [{ type: 'text', text }];
  }
}

/** Here cached tokens are part of the prompt's; there they stand beside it. */
function usageOf(usage: Completion['usage']): object {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, cost } = usage;
  const read = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  // Some services count thinking beside the answer: then only the total has both.
  const isBeside = reasoning > 0 && total === prompt + completion + reasoning;
  return {
    input_tokens: Math.max(0, prompt - read - written),
    output_tokens: isBeside ? completion + reasoning : completion,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    reasoning_tokens: reasoning,
    inference_geo: usage.inference_geo,
    cost,
  };
}
