import { z } from 'zod';
import { type PromptDigest, type PromptText, sha256 } from './prompt.ts';

/** How an answer is asked for. */
export interface ModelParams {
  /** As in --target-models. */
  readonly model: string;
  /** `json`: the model's own structured output; `tool`: a tool it is made to call; `auto`: whichever the service
   * takes. */
  readonly structured: 'auto' | 'json' | 'tool';
  /** Longest answer, tokens. */
  readonly maxTokens: number;
}

export type JsonSchema = { [key: string]: unknown };

/** What the calls of one kind under one model have in common: all of a request but its prompt. */
export class RequestForm<R extends object = object> {
  readonly #render: (prompt: PromptText) => R;
  readonly #hash: string;
  readonly #bytes: number;

  /** `answer` is what the answer is checked against, and so part of what a call is known by. */
  constructor(answer: z.ZodType, rendererFor: (schema: JsonSchema) => (prompt: PromptText) => R) {
    const schema = z.toJSONSchema(answer) as JsonSchema;
    this.#render = rendererFor(schema);
    const form = this.#render({ system: '', user: '' });
    this.#hash = sha256(JSON.stringify({ form, schema }, sortKeys));
    this.#bytes = Buffer.byteLength(JSON.stringify(form));
  }

  /** The whole request. No sampling parameter is sent: current models refuse them. The prompt is sent as it is, but
   * for halves of surrogate pairs, which are no text and which services refuse: U+FFFD takes their place. */
  request({ system, user }: PromptText): R {
    return this.#render({
      ...(system !== undefined && { system: system.toWellFormed() }),
      user: user.toWellFormed(),
    });
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
