import type Anthropic from '@anthropic-ai/sdk';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { z } from 'zod';
import { ANSWER_TOOL } from '../answer.ts';
import { type ModelParams, RequestForm } from '../request.ts';

/** One request of the Messages API, as it is sent. */
export type MessageRequest = Anthropic.MessageCreateParamsNonStreaming;

/** Models from before structured output. */
const WITHOUT_STRUCTURED_OUTPUT = /^claude-(?:[23]|instant|(?:opus|sonnet)-4(?:-[01])?(?:-\d{8})?$)/;

/** The way to ask a model for structured output; `auto` is the model's own where it has it. */
export function structuredFor(model: string, wanted: ModelParams['structured']): 'json' | 'tool' {
  if (wanted !== 'auto') return wanted;
  return WITHOUT_STRUCTURED_OUTPUT.test(model) ? 'tool' : 'json';
}

/** Requests for answers of one schema. Of it the service enforces a part, and tells the model the rest in words. */
export function requestForm(
  answer: z.ZodType,
  { model, structured, maxTokens }: ModelParams,
): RequestForm<MessageRequest> {
  return new RequestForm(answer, (full) => {
    const schema = transformJSONSchema(full as never) as { type: 'object' };
    const asked =
      structured === 'tool'
        ? {
            tools: [
              { name: ANSWER_TOOL, description: 'Gives the answer to the request.', input_schema: schema },
            ],
            tool_choice: { type: 'tool' as const, name: ANSWER_TOOL },
          }
        : { output_config: { format: { type: 'json_schema' as const, schema: { ...schema } } } };
    return ({ system, user }) => ({
      model,
      max_tokens: maxTokens,
      ...(system !== undefined && { system }),
      messages: [{ role: 'user', content: user }],
      ...asked,
    });
  });
}
