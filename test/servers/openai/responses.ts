import type Anthropic from '@anthropic-ai/sdk';
import type { MessageBody } from '../anthropic/answer.ts';
import { Refusal } from '../anthropic/refusal.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a proxy makes of our requests, read as it comes
type Json = any;

const KEYS = new Set('model input include instructions max_output_tokens text tools tool_choice'.split(' '));

/** The request of the Messages API that asks the same as one of OpenAI's Responses, in which LiteLLM translates Anthropic's
 * for a backend of OpenAI's. */
export function messageBodyOfResponse(body: Json): MessageBody {
  for (const key of Object.keys(body)) {
    if (!KEYS.has(key)) throw new Refusal(400, `Unknown parameter: '${key}'.`);
  }
  const { model, input, instructions, max_output_tokens, text, tools, tool_choice } = body;
  const textOf = (content: Json) => content.map((part: Json) => part.text).join('');
  return {
    model,
    max_tokens: max_output_tokens,
    ...(instructions !== undefined && { system: instructions }),
    messages: input.map(({ role, content }: Json) => ({ role, content: textOf(content) })),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }: Json) => {
        return { name, description, input_schema: parameters };
      }),
      tool_choice: { type: 'tool', name: tool_choice.name },
    }),
    ...(text && { output_config: { format: { type: 'json_schema', schema: text.format.schema } } }),
  };
}

/** A message as a response. */
export function responseOf({ id, model, content, stop_reason, usage }: Anthropic.Message): object {
  const cut = stop_reason === 'max_tokens';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1,
    model,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    error: null,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    output: content.map((block, index) => {
      if (block.type === 'tool_use') {
        const call = { call_id: 'call_1', name: block.name, arguments: JSON.stringify(block.input) };
        return { type: 'function_call', id: `fc_${index}`, status: 'completed', ...call };
      }
      const said = { type: 'output_text', text: block.type === 'text' ? block.text : '', annotations: [] };
      return { type: 'message', id: `msg_${index}`, status: 'completed', role: 'assistant', content: [said] };
    }),
    usage: {
      input_tokens: usage.input_tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.output_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input_tokens + usage.output_tokens,
    },
  };
}
