import { z } from 'zod';
import { redact } from '../shared/redact.ts';

/** No request has more; what is larger is no count. */
const MAX_TOKENS = 1e9;

const tokens = z.number().min(0).max(MAX_TOKENS);
/** A count that some services leave out. One of another type counts as left out. */
const optionalTokens = tokens.nullish().catch(null);

const usageSchema = z.looseObject({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: optionalTokens,
  cache_creation_input_tokens: optionalTokens,
  cache_creation: z.looseObject({ ephemeral_1h_input_tokens: optionalTokens }).nullish().catch(null),
  inference_geo: z.string().nullish().catch(null),
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
  content: z.array(blockSchema),
  stop_reason: z.string().nullish().catch(null),
  usage: usageSchema,
});

export type Message = z.output<typeof messageSchema>;

/** The message, if this is one that can be read and billed: a gateway's page, or half an answer, is none. */
export function readMessage(value: unknown): Message | undefined {
  const text = JSON.stringify(value) ?? '';
  const redacted = redact(text);
  return messageSchema.safeParse(redacted === text ? value : JSON.parse(redacted)).data;
}
