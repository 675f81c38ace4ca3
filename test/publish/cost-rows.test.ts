import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CachedCall } from '../../src/model/cache.ts';
import { claimCostRows, paidCallOf } from '../../src/publish/cost-rows.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { call } from '../model/cached-calls.ts';

const HASH = 'ab'.repeat(32);
const NOW = new Date('2026-07-11T23:59:00Z');

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cost-rows-'));
  store = openStore(pathToFileURL(root).href);
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('cost rows', () => {
  const hashes = ['11', '22', '33'].map((byte) => byte.repeat(32));
  const paidCall = (hash: string, paid: Partial<CachedCall['paid']> = {}) => {
    return paidCallOf(call(hash, paid));
  };
  const rows = async (key: string) =>
    new TextDecoder()
      .decode(await store.get(key))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('leaves an empty file for a run that paid nothing, one for each process', async () => {
    const first = await claimCostRows(store, '2607110900', NOW);
    const second = await claimCostRows(store, '2607110900', NOW);
    await first.write([]);
    expect(first.key).toBe('_cost_raw/2026-07-11/2607110900/replay-concordance.0.jsonl');
    expect(second.key).toBe('_cost_raw/2026-07-11/2607110900/replay-concordance.1.jsonl');
    expect(await rows(first.key)).toEqual([]);
  });

  it('writes a row a call, in the columns its readers know', async () => {
    const costRows = await claimCostRows(store, '2607110900', NOW);
    costRows.add(paidCall(hashes[0] as string));
    await costRows.write([]);
    expect(await rows(costRows.key)).toMatchObject([
      {
        ts: '2026-07-11T23:58:00Z',
        run_id: '2607110900',
        agent_id: 'replay-concordance',
        judged_agent_id: 'ic_cio',
        provider: 'anthropic',
        callsite_id: 'replay-concordance',
        model: 'claude-haiku-4-5',
        input_tokens: 10,
        output_tokens: 2,
        cost_usd: 0.00002,
        cost_source: 'price_card',
        call_hash: hashes[0],
      },
    ]);
  });

  it('writes the rows that a killed attempt never wrote, and none twice', async () => {
    const killed = await claimCostRows(store, '2607110900', NOW);
    const found = hashes.map((hash) => paidCall(hash, { cost_key: killed.key }));
    killed.add(found[0] as (typeof found)[0]);
    await killed.write([]);
    const retry = await claimCostRows(store, '2607110900', NOW);
    expect(found.every(({ paid }) => retry.mayMiss(paid, NOW))).toBe(true);
    await retry.write(found);
    await retry.write(found);
    expect((await rows(killed.key)).map(({ call_hash }) => call_hash)).toEqual(hashes);
    expect(await rows(retry.key)).toEqual([]);
  });

  it('lets the rows of another run be that may still be at work', async () => {
    const costRows = await claimCostRows(store, '2607110900', NOW);
    const cost_key = '_cost_raw/2026-07-11/2607040900/replay-concordance.0.jsonl';
    const other = call(HASH, { run_id: '2607040900', cost_key }).paid;
    expect(costRows.mayMiss(other, NOW)).toBe(false);
    expect(costRows.mayMiss({ ...other, at: '2026-07-11T22:00:00Z' }, NOW)).toBe(true);
    expect(costRows.mayMiss({ ...other, cost_key: null, run_id: '2607110900' }, NOW)).toBe(false);
  });
});
