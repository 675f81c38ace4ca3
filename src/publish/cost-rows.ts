import type { CachedCall } from '../model/cache.ts';
import { serviceOf } from '../model/names.ts';
import { type CostRow, costRowsKey } from '../results/cost-row.ts';
import { AlreadyExistsError } from '../shared/errors.ts';
import { readText } from '../store/read.ts';
import type { Store } from '../store/store.ts';

const CONTENT_TYPE = { contentType: 'application/x-ndjson' };
/** Another run's rows are let be for so long, for it may still be at work and write them itself. */
const OTHERS_MS = 60_000;
/** In a row: a search of the whole file for each call would grow with the square of the calls. */
const CALL_HASH = /"call_hash": ?"([^"]+)"/g;

export type PaidCall = Readonly<ReturnType<typeof paidCallOf>>;

/** What a row tells of a call; `provider` is who was paid. */
export function paidCallOf({ hash, model, paid, message }: CachedCall) {
  const { usage, provider } = message;
  return { hash, model, paid, usage, provider: provider ?? serviceOf(model).toLowerCase() };
}

/** The rows of what a run paid for, one a call, in a file of its own. */
export type CostRows = Awaited<ReturnType<typeof claimCostRows>>;

/** The file is claimed empty before the first call, for a run that pays nothing must leave one too, and every kept call
 * names it: rows that a killed run never wrote are written by the next run that finds its calls. */
export async function claimCostRows(store: Store, runId: string, now: Date) {
  const key = await claimFile(store, runId, now);
  const ownCalls: PaidCall[] = [];
  const put = (file: string, rows: readonly string[]) =>
    store.put(file, rows.map((row) => `${row}\n`).join(''), CONTENT_TYPE);
  return {
    key,

    /** Takes in a call that this run paid for. */
    add(call: PaidCall): void {
      ownCalls.push(call);
    },

    /** Writes this run's rows, then those that are missing of the calls `found`, which earlier runs paid for. */
    async write(found: readonly PaidCall[]): Promise<void> {
      if (ownCalls.length > 0) await put(key, ownCalls.map(rowOf));
      for (const [file, calls] of Map.groupBy(found, ({ paid }) => paid.cost_key)) {
        if (file === null) continue;
        const text = (await readText(store, file)) ?? '';
        const written = new Set(Array.from(text.matchAll(CALL_HASH), ([, hash]) => hash));
        const missing = calls.filter(({ hash }) => !written.has(hash)).map(rowOf);
        if (missing.length > 0) await put(file, [...text.split('\n').filter(Boolean), ...missing]);
      }
    },

    /** Whether the row of a kept call may be missing: its run was killed, or is this one's earlier attempt. */
    mayMiss(paid: PaidCall['paid'], at: Date): boolean {
      if (paid.cost_key === null || paid.cost_key === key) return false;
      return paid.run_id === runId || at.getTime() - Date.parse(paid.at) > OTHERS_MS;
    },
  };
}

/** The key of the next free file of the run. A run that crosses midnight stays under the day it began. */
async function claimFile(store: Store, runId: string, now: Date): Promise<string> {
  for (let n = 0; ; n += 1) {
    const key = costRowsKey(now.toISOString().slice(0, 10), runId, n);
    try {
      await store.putIfAbsent(key, '', CONTENT_TYPE);
      return key;
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    }
  }
}

/** One row, with the columns that the readers of `_cost_raw` know; `call_hash` is what tells two rows apart. */
function rowOf({ hash, model, usage, provider, paid }: PaidCall): string {
  const writtenForAnHour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const row: CostRow = {
    schema_version: 1,
    ts: paid.at,
    run_id: paid.run_id,
    agent_id: 'replay-concordance',
    judged_agent_id: paid.agent_id,
    callsite_id: 'replay-concordance',
    provider,
    model,
    model_name: model,
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_read_tokens: usage.cache_read_input_tokens ?? 0,
    cache_create_tokens: usage.cache_creation_input_tokens ?? 0,
    cache_create_1h_tokens: writtenForAnHour,
    prompt_cache_miss_tokens: 0,
    reasoning_tokens: usage.reasoning_tokens ?? 0,
    addressed_registry_id: null,
    web_search_requests: 0,
    web_fetch_requests: 0,
    cost_usd: paid.usd,
    cost_source: usage.cost && usage.cost === paid.usd ? 'provider_reported' : 'price_card',
    call_hash: hash,
  };
  return JSON.stringify(row);
}
