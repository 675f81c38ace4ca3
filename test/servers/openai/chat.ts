import type Anthropic from '@anthropic-ai/sdk';
import type { MessageBody } from '../anthropic/answer.ts';
import { Refusal } from '../anthropic/refusal.ts';

type Json = Readonly<Record<string, unknown>>;

/** How a server that speaks Chat Completions differs from OpenAI's. */
export interface ChatOptions {
  /** What it does with a `response_format`: `strict` by default. */
  readonly format?: 'strict' | 'refused' | 'ignored';
  /** The one limit of an answer that it knows. */
  readonly limit?: 'max_tokens' | 'max_completion_tokens';
  /** Name of what serves a call, and who does; the model that was asked for by default. */
  readonly served?: (request: MessageBody) => { readonly model: string; readonly provider?: string };
  /** Cost that is named with an answer, USD: in its usage, or in LiteLLM's header. */
  readonly cost?: (usd: number) => { readonly usage?: number; readonly header?: number };
  /** Changes a completion before it is sent. */
  readonly change?: (completion: Json, request: MessageBody) => unknown;
}

const KEYS = new Set(
  'model messages max_tokens max_completion_tokens response_format tools tool_choice stream'.split(' '),
);
const SCHEMA_KEYS = new Set(
  '$ref $defs type title description enum const anyOf properties required additionalProperties items minItems format'.split(
    ' ',
  ),
);

/** The request of the Messages API that asks the same. Refuses what Chat Completions refuse. */
export function messageBodyOf(body: unknown, { format = 'strict', limit }: ChatOptions): MessageBody {
  if (!isObject(body)) refuse('the body is not an object');
  for (const key of Object.keys(body)) if (!KEYS.has(key)) refuse(`Unrecognized request argument: ${key}`);
  const { model, messages, response_format: wanted, tools, tool_choice: choice } = body;
  if (body.stream === true) refuse('stream: this server does not stream');
  if (!Array.isArray(messages)) refuse("'messages' is required");
  const limits = ['max_tokens', 'max_completion_tokens'].filter((key) => key in body);
  if (limits.length > 1) refuse("'max_tokens' and 'max_completion_tokens' cannot both be set");
  if (limit && limits[0] !== limit) {
    refuse(`Unsupported parameter: '${limits[0]}' is not supported with this model. Use '${limit}' instead.`);
  }
  if (wanted !== undefined && format === 'refused') refuse('This response_format type is unavailable now');
  const system = messages.find(({ role }) => role === 'system')?.content;
  const common = {
    model,
    max_tokens: body[limits[0] ?? 'max_tokens'],
    ...(system !== undefined && { system }),
    messages: messages.filter(({ role }) => role !== 'system'),
  };
  if (Array.isArray(tools)) {
    const [{ function: called }] = tools;
    if ((choice as { function?: Json })?.function?.name !== called.name) refuse('tool_choice is of no tool');
    const tool = { name: called.name, description: called.description, input_schema: called.parameters };
    return { ...common, tools: [tool], tool_choice: { type: 'tool', name: called.name } } as MessageBody;
  }
  if (format === 'ignored') return { ...common } as MessageBody;
  const { json_schema: named } = (wanted ?? {}) as { json_schema?: Json };
  if (named?.strict !== true) refuse("'response_format.json_schema.strict' has to be true");
  checkStrict(named.schema, 'schema');
  const output_config = { format: { type: 'json_schema', schema: named.schema } };
  return { ...common, output_config } as MessageBody;
}

const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  tool_use: 'stop',
  refusal: 'stop',
};

/** A message as a chat completion. */
export function completionOf(message: Anthropic.Message): Json {
  const { usage, stop_reason: stop } = message;
  const call = message.content.find(({ type }) => type === 'tool_use') as
    | { name: string; input: unknown }
    | undefined;
  const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    id: message.id,
    object: 'chat.completion',
    created: 1,
    model: message.model,
    choices: [
      {
        index: 0,
        finish_reason: FINISH[stop ?? ''] ?? stop,
        message: {
          role: 'assistant',
          content: call || stop === 'refusal' ? null : text,
          refusal: stop === 'refusal' ? text || 'I cannot help with that.' : null,
          ...(call && {
            tool_calls: [
              {
                id: 'call_1',
                type: 'function',
                function: { name: call.name, arguments: JSON.stringify(call.input) },
              },
            ],
          }),
        },
      },
    ],
    usage: {
      prompt_tokens: usage.input_tokens + cached,
      completion_tokens: usage.output_tokens,
      total_tokens: usage.input_tokens + cached + usage.output_tokens,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  };
}

/** An error as Chat Completions have it. */
export function chatError({ status, message }: Refusal): Json {
  const quota = /insufficient_quota/.test(message);
  const code = quota ? 'insufficient_quota' : status === 429 ? 'rate_limit_exceeded' : null;
  return {
    error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code },
  };
}

/** What strict structured output refuses of a schema. */
function checkStrict(schema: unknown, path: string): void {
  if (!isObject(schema)) refuse(`${path}: expected a schema`);
  for (const key of Object.keys(schema)) {
    if (!SCHEMA_KEYS.has(key))
      refuse(`Invalid schema for response_format: ${path}: '${key}' is not permitted`);
  }
  const properties = (schema.properties ?? {}) as Json;
  if (schema.type === 'object') {
    if (schema.additionalProperties !== false) refuse(`${path}: 'additionalProperties' has to be false`);
    const missing = Object.keys(properties).find((name) => !(schema.required as string[])?.includes(name));
    if (missing) refuse(`${path}: 'required' has to include every key in properties: ${missing}`);
  }
  for (const [name, inner] of Object.entries({ ...properties, ...(schema.$defs as Json) })) {
    checkStrict(inner, `${path}.${name}`);
  }
  for (const inner of [schema.anyOf ?? [], schema.items ?? []].flat()) checkStrict(inner, `${path}[]`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new Refusal(400, message);
}
