import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { z } from 'zod';
import { ANSWER_TOOL } from '../answer.ts';
import type { ModelRequest } from '../call.ts';
import { type PromptDigest, type PromptText, sha256 } from '../prompt.ts';

/** How an answer is asked for. */
export interface ModelParams {
  readonly model: string;
  /** `json`: the model's own structured output; `tool`: a tool it is made to call. */
  readonly structured: 'json' | 'tool';
  /** Longest answer, tokens. */
  readonly maxTokens: number;
}

/** Models from before structured output. */
const WITHOUT_STRUCTURED_OUTPUT = /^claude-(?:[23]|instant|(?:opus|sonnet)-4(?:-[01])?(?:-\d{8})?$)/;

/** The way to ask a model for structured output; `auto` is the model's own where it has it. */
export function structuredFor(model: string, wanted: 'auto' | 'json' | 'tool'): ModelParams['structured'] {
  if (wanted !== 'auto') return wanted;
  return WITHOUT_STRUCTURED_OUTPUT.test(model) ? 'tool' : 'json';
}

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

/** What the calls of one kind under one model have in common: all of a request but its prompt. */
export class RequestBuilder {
  readonly #schema: AnswerSchema;
  readonly #params: ModelParams;
  readonly #hash: string;
  readonly #bytes: number;

  constructor(schema: AnswerSchema, params: ModelParams) {
    this.#schema = schema;
    this.#params = params;
    const form = this.request({ system: '', user: '' });
    this.#hash = sha256(JSON.stringify({ form, schema: schema.full }, sortKeys));
    this.#bytes = Buffer.byteLength(JSON.stringify(form));
  }

  /** The whole request. No sampling parameter is sent: current models refuse them. The prompt is sent as it is, but
   * for halves of surrogate pairs, which are no text and which the API refuses: U+FFFD takes their place. */
  request({ system, user }: PromptText): ModelRequest {
    const { model, structured, maxTokens } = this.#params;
    const { sent } = this.#schema;
    const request: ModelRequest = {
      model,
      max_tokens: maxTokens,
      ...(system !== undefined && { system: system.toWellFormed() }),
      messages: [{ role: 'user', content: user.toWellFormed() }],
    };
    if (structured === 'json') {
      return { ...request, output_config: { format: { type: 'json_schema', schema: sent } } };
    }
    const description = 'Gives the answer to the request.';
    return {
      ...request,
      tools: [{ name: ANSWER_TOOL, description, input_schema: sent as { type: 'object' } }],
      tool_choice: { type: 'tool', name: ANSWER_TOOL },
    };
  }

  /** What a call is known by: SHA-256, in hex, over the model and all else of the request, the whole schema of the
   * answer, the prompt, and which of several repeats of one request it is. */
  hash(prompt: PromptDigest, repeat: number): string {
    return sha256(`${this.#hash} ${prompt.hash} ${repeat}`);
  }

  /** Size of the request with a prompt, bytes; an upper bound. */
  bytes(prompt: PromptDigest): number {
    return this.#bytes + prompt.bytes;
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
