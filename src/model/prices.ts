import { z } from 'zod';
import type { Message } from './message.ts';
import prices from './prices.json' with { type: 'json' };

/** USD per million tokens where a table tells no prices of caches: what is read from one, or written to it, counts as
 * sent. */
export function ratesOf(input: number, output: number) {
  return { input, output, cache_read: input, cache_write_5m: input, cache_write_1h: input };
}

type Rates = ReturnType<typeof ratesOf>;

const rate = z.number().min(0);
const optionalRate = rate.exactOptional();
const ratesSchema = z.object({
  input: rate,
  output: rate,
  cache_read: optionalRate,
  cache_write_5m: optionalRate,
  cache_write_1h: optionalRate,
});
/** The rates, with those of caches that are left out. */
const complete = <R extends z.output<typeof ratesSchema>>(rates: R) => ({
  ...ratesOf(rates.input, rates.output),
  ...rates,
});
/** What every token of a request costs whose prompt is longer. */
const longPrompt = ratesSchema.extend({ above_tokens: z.int().min(1) }).transform(complete);
/** Rates from a date on; the first row of a model holds from its release. */
export const rowSchema = ratesSchema
  .extend({ from: z.iso.date().exactOptional(), long_prompt: longPrompt.exactOptional() })
  .transform(complete);

export type Row = z.output<typeof rowSchema>;

/** How calls are paid: batches at a discount. */
export type PriceList = 'messages' | 'batches';

type Usage = Pick<Message['usage'], 'input_tokens' | 'output_tokens'> & Partial<Message['usage']>;

const MILLION = 1_000_000;
/** What the service adds to a prompt by itself, such as the text that explains a tool or a schema, in tokens. */
const ADDED_TOKENS = 2_000;

/** The prices of one model on one day. */
export class Price {
  readonly #row: Row;

  constructor(row: Row) {
    this.#row = row;
  }

  /** What a call cost, USD. */
  cost(usage: Usage, list: PriceList): number {
    const read = usage.cache_read_input_tokens ?? 0;
    const written = usage.cache_creation_input_tokens ?? 0;
    const writtenForAnHour = Math.min(written, usage.cache_creation?.ephemeral_1h_input_tokens ?? 0);
    const rates = this.#ratesFor(usage.input_tokens + read + written);
    const sum =
      usage.input_tokens * rates.input +
      usage.output_tokens * rates.output +
      read * rates.cache_read +
      (written - writtenForAnHour) * rates.cache_write_5m +
      writtenForAnHour * rates.cache_write_1h;
    return (sum / MILLION) * factorOf(list) * (isInUs(usage) ? prices.us_inference_factor : 1);
  }

  /** What a call of so many tokens costs without any cache, USD. */
  costOf(inputTokens: number, outputTokens: number, list: PriceList): number {
    const rates = this.#ratesFor(inputTokens);
    return ((inputTokens * rates.input + outputTokens * rates.output) / MILLION) * factorOf(list);
  }

  /** Upper bound of a call's cost, USD: a token is at least one byte of the request, and an answer is cut at
   * `maxTokens`. Whether the workspace's inference is in the US only the answer tells. */
  worst(requestBytes: number, maxTokens: number, list: PriceList): number {
    return this.costOf(requestBytes + ADDED_TOKENS, maxTokens, list) * prices.us_inference_factor;
  }

  /** How much more a call cost than by the list, as a factor of at least 1. */
  excess(usage: Usage, list: PriceList): number {
    const expected = this.cost(usage, list);
    const { cost } = usage;
    return cost && expected > 0 ? Math.max(1, cost / expected) : 1;
  }

  #ratesFor(promptTokens: number): Rates {
    const long = this.#row.long_prompt;
    return long && promptTokens > long.above_tokens ? long : this.#row;
  }
}

/** A gateway may spell it otherwise, or name a region of it. */
function isInUs({ inference_geo }: Usage): boolean {
  return /^us\b/i.test(inference_geo ?? '');
}

function factorOf(list: PriceList): number {
  return list === 'batches' ? prices.batch_factor : 1;
}
