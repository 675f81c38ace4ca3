import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { z } from 'zod';
import { ANSWER_TOOL } from '../answer.ts';
import type { Message } from '../message.ts';
import { nameOnWire } from '../names.ts';
import { type ModelParams, RequestForm } from '../request.ts';
import { readCompletion } from './completion.ts';
import { strictSchema } from './schema.ts';

/** What is asked, before it is known in which form the service takes it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: ChatCompletionCreateParamsNonStreaming['messages'];
  readonly maxTokens: number;
  readonly structured: ModelParams['structured'];
  readonly schema: Readonly<Record<string, unknown>>;
  /** Reads an answer to it; undefined for what is none. */
  read(data: unknown): Message | undefined;
}

/** The parts of a request that services differ in. */
export interface Shape {
  readonly structured: 'json' | 'tool';
  /** Older servers know only `max_tokens`, reasoning models of OpenAI only the other. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
}

/** Requests for answers of one schema. */
export function requestForm(
  answer: z.ZodType,
  { model, structured, maxTokens }: ModelParams,
): RequestForm<ChatRequest> {
  return new RequestForm(answer, (full) => {
    const schema = strictSchema(full);
    const read = (data: unknown) => readCompletion(data, full);
    return ({ system, user }) => ({
      model: nameOnWire(model),
      messages: [
        ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
        { role: 'user', content: user },
      ],
      maxTokens,
      structured,
      schema,
      read,
    });
  });
}

/** The request as it is sent. */
export function bodyOf(
  { model, messages, maxTokens, schema }: ChatRequest,
  { structured, limit }: Shape,
): ChatCompletionCreateParamsNonStreaming {
  const name = ANSWER_TOOL;
  const common = { model, messages, [limit]: maxTokens };
  if (structured === 'json') {
    return {
      ...common,
      response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } },
    };
  }
  const description = 'Gives the answer to the request.';
  return {
    ...common,
    tools: [{ type: 'function', function: { name, description, parameters: { ...schema } } }],
    tool_choice: { type: 'function', function: { name } },
  };
}
