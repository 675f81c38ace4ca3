import type { CachedCall } from '../../src/model/cache.ts';

/** A completed call, paid as told. */
export function call(hash: string, paid: Partial<CachedCall['paid']> = {}): CachedCall {
  return {
    schema_version: 1,
    hash,
    model: 'claude-haiku-4-5',
    message: { id: 'msg_1', content: [], usage: { input_tokens: 10, output_tokens: 2 } },
    latency_ms: 5,
    paid: {
      at: '2026-07-11T23:58:00Z',
      run_id: '2607110900',
      agent_id: 'ic_cio',
      usd: 0.00002,
      cost_key: '_cost_raw/2026-07-11/2607110900/replay-concordance.0.jsonl',
      ...paid,
    },
  };
}
