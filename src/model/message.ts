import { z } from 'zod';
import { isTooDeep } from '../shared/json.ts';
import { redact } from '../shared/redact.ts';

/** No request has more; what is larger is no count. */
export const MAX_TOKENS = 1e9;

/** No call costs more, USD; what is larger is no cost. */
export const MAX_USD = 1_000;

const tokens = z.number().min(0).max(MAX_TOKENS);
/** A count that some services leave out. One of another type counts as left out. */
const optionalTokens = tokens.nullish().catch(null);

/** No model and no provider has a longer one. */
const name = z.string().max(200).nullish().catch(null);

const usageSchema = z.looseObject({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: optionalTokens,
  cache_creation_input_tokens: optionalTokens,
  cache_creation: z.looseObject({ ephemeral_1h_input_tokens: optionalTokens }).nullish().catch(null),
  /** Those of the output that were thinking, where the service tells. */
  reasoning_tokens: optionalTokens,
  inference_geo: z.string().nullish().catch(null),
  /** What the service says that the call cost, USD. */
  cost: z.number().min(0).max(MAX_USD).nullish().catch(null),
});

const blockSchema = z
  .looseObject({
    type: z.string(),
    text: z.string().optional().catch(undefined),
    name: z.string().optional().catch(undefined),
    input: z.unknown().optional(),
  })
  .refine(({ type, text }) => type !== 'text' || text !== undefined);

/** A model's whole answer, in the form of Anthropic's Messages API, in which answers are kept. */
export const messageSchema = z.looseObject({
  /** Empty where the service gives none. */
  id: z.string().catch(''),
  /** What served the call, as the answer names it. */
  model: name,
  provider: name,
  content: z.array(blockSchema),
  stop_reason: z.string().nullish().catch(null),
  usage: usageSchema,
});

export type Message = z.output<typeof messageSchema>;

/** The message, with what other messages used added to what it used: all of it was paid for one answer. */
export function withUsageOf(message: Message, others: readonly Message[]): Message {
  const usage = { ...message.usage };
  for (const other of others) {
    for (const key of COUNTS) usage[key] = (usage[key] ?? 0) + (other.usage[key] ?? 0);
  }
  return { ...message, usage };
}

const COUNTS = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'reasoning_tokens',
  'cost',
] as const;

/** The message, if this is one that can be read and billed: a gateway's page, or half an answer, is none. */
export function readMessage(value: unknown): Message | undefined {
  try {
    const text = JSON.stringify(value) ?? '';
    const redacted = redact(text);
    return messageSchema.safeParse(redacted === text ? value : JSON.parse(redacted)).data;
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    return undefined;
  }
}
