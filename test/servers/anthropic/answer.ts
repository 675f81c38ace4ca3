import type Anthropic from '@anthropic-ai/sdk';

export type MessageBody = Anthropic.MessageCreateParamsNonStreaming;
type Message = Anthropic.Message;

/** What a model says, spelled out. */
export interface ReplyParts {
  /** Said as asked for: JSON text, or the input of the forced tool. */
  readonly value?: unknown;
  /** Said as it is, in a text block. */
  readonly text?: string;
  /** Sent in place of all this. */
  readonly content?: readonly Record<string, unknown>[];
  readonly stopReason?: Anthropic.StopReason;
  readonly usage?: Partial<Anthropic.Usage>;
}

export class Reply {
  readonly parts: ReplyParts;

  constructor(parts: ReplyParts) {
    this.parts = parts;
  }
}

/** For an `answer` that is more than a JSON value: `reply({ stopReason: 'refusal' })`, `reply({ text: '…' })`. */
export function reply(parts: ReplyParts): Reply {
  return new Reply(parts);
}

/** Input tokens of a request as this server counts them: a quarter of its bytes. */
export function inputTokens(body: MessageBody): number {
  return tokens(JSON.stringify(body));
}

/** The answer to a request. Text longer than `max_tokens` is cut off there, as a model's is. */
export function messageOf(
  body: MessageBody,
  answer: unknown,
  id: string,
  tier: 'standard' | 'batch',
): Message {
  const parts = answer instanceof Reply ? answer.parts : { value: answer };
  const content = contentOf(body, parts);
  const said = content.map((block) => (block.type === 'text' ? String(block.text) : JSON.stringify(block)));
  const length = tokens(said.join(''));
  const cut = length > body.max_tokens && parts.usage === undefined;
  if (cut) {
    for (const block of content) {
      if (block.type === 'text') block.text = String(block.text).slice(0, body.max_tokens * 4);
    }
  }
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: parts.stopReason ?? stopReason(content, cut),
    stop_sequence: null,
    usage: {
      input_tokens: inputTokens(body),
      output_tokens: cut ? body.max_tokens : length,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      service_tier: tier,
      ...parts.usage,
    },
  } as unknown as Message;
}

function contentOf(body: MessageBody, parts: ReplyParts): Record<string, unknown>[] {
  if (parts.content) return parts.content.map((block) => ({ ...block }));
  if (parts.text !== undefined) return [{ type: 'text', text: parts.text, citations: null }];
  if (!('value' in parts)) return [];
  if (!body.tools) return [{ type: 'text', text: JSON.stringify(parts.value), citations: null }];
  const [tool] = body.tools;
  const name =
    body.tool_choice?.type === 'tool'
      ? body.tool_choice.name
      : tool && 'name' in tool
        ? tool.name
        : undefined;
  return [{ type: 'tool_use', id: 'toolu_1', name, input: parts.value }];
}

function stopReason(content: readonly Record<string, unknown>[], cut: boolean): string {
  if (cut) return 'max_tokens';
  return content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
}

function tokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
