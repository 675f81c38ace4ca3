import { z } from 'zod';
import * as t from './parts.ts';

const never = (meaning: string) => z.literal(0).describe(`${meaning}: replays have none`);

/** One paid call, with the columns that the readers of `_cost_raw` know. */
export const costRow = z.object({
  schema_version: z.literal(1).describe('Version of this format'),
  ts: t.instant('When the call was paid'),
  run_id: t.runId,
  agent_id: z.literal('replay-concordance').describe('Who spent it: the replay'),
  judged_agent_id: t.text('Agent whose capture was replayed'),
  callsite_id: z.literal('replay-concordance').describe('What made the call'),
  provider: t.text('Who was paid, as the answer names it, else by its wire'),
  model: t.text('Model'),
  model_name: t.text('The same'),
  input_tokens: t.count('Tokens sent'),
  output_tokens: t.count('Tokens answered'),
  cache_read_tokens: t.count('Tokens read from the service’s cache'),
  cache_create_tokens: t.count('Tokens written to the service’s cache'),
  cache_create_1h_tokens: t.count('Those of them that are kept for an hour'),
  prompt_cache_miss_tokens: never('Tokens'),
  reasoning_tokens: t.count('Tokens of thinking, as far as the service tells'),
  addressed_registry_id: z.null().describe('Replays have none'),
  web_search_requests: never('Requests'),
  web_fetch_requests: never('Requests'),
  cost_usd: t.nullable(t.usd('Price of the call'), 'without a price'),
  cost_source: t.oneOf('Where the price is from: the service, or a list', [
    'price_card',
    'provider_reported',
  ]),
  call_hash: t.text('Digest of the request: what tells two rows apart'),
});
export type CostRow = t.Published<typeof costRow>;

export function costRowsKey(day: string, runId: string, n: number): string {
  return `_cost_raw/${day}/${runId}/replay-concordance.${n}.jsonl`;
}
