import { createHash } from 'node:crypto';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { z } from 'zod';
import type { ModelRequest } from './call.ts';

/** How an answer is asked for. */
export interface Asking {
  readonly model: string;
  /** `json`: the model's own structured output; `tool`: a tool it is made to call. */
  readonly structured: 'json' | 'tool';
  /** Longest answer, tokens. */
  readonly maxTokens: number;
}

/** Models from before structured output. */
const WITHOUT_STRUCTURED_OUTPUT = /^claude-(?:[23]|instant|(?:opus|sonnet)-4(?:-[01])?(?:-\d{8})?$)/;

/** The way to ask a model for structured output; `auto` is the model's own where it has it. */
export function structuredFor(model: string, wanted: 'auto' | 'json' | 'tool'): Asking['structured'] {
  if (wanted !== 'auto') return wanted;
  return WITHOUT_STRUCTURED_OUTPUT.test(model) ? 'tool' : 'json';
}

/** The tool that stands in for structured output. */
export const ANSWER_TOOL = 'answer';

type JsonSchema = { [key: string]: unknown };

/** An answer's schema, in the two forms a request needs. */
export interface AnswerSchema {
  /** The part of JSON Schema that the service enforces; what it does not, it tells the model in words. */
  readonly sent: JsonSchema;
  /** All of it: what the answer is checked against, and so part of what a cached call is known by. */
  readonly full: JsonSchema;
}

/** Renders a zod schema for requests. */
export function answerSchema(schema: z.ZodType): AnswerSchema {
  const full = z.toJSONSchema(schema) as JsonSchema;
  return { full, sent: transformJSONSchema(full as never) as JsonSchema };
}

/** The request for one answer. No sampling parameter is sent: current models refuse them. */
export function buildRequest(
  prompt: { readonly system?: string; readonly user: string },
  schema: AnswerSchema,
  { model, structured, maxTokens }: Asking,
): ModelRequest {
  const request: ModelRequest = {
    model,
    max_tokens: maxTokens,
    ...(prompt.system !== undefined && { system: prompt.system }),
    messages: [{ role: 'user', content: prompt.user }],
  };
  if (structured === 'json') {
    return { ...request, output_config: { format: { type: 'json_schema', schema: schema.sent } } };
  }
  const description = 'Gives the answer to the request.';
  return {
    ...request,
    tools: [{ name: ANSWER_TOOL, description, input_schema: schema.sent as { type: 'object' } }],
    tool_choice: { type: 'tool', name: ANSWER_TOOL },
  };
}

/** What a call is known by: SHA-256, in hex, of the model and the whole request, the schema of the answer, and
 * which of several repeats of one request it is. */
export function requestHash(request: ModelRequest, schema: AnswerSchema, repeat: number): string {
  const canonical = JSON.stringify({ request, schema: schema.full, repeat }, sortKeys);
  return createHash('sha256').update(canonical).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
