import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallCache } from '../../src/model/cache.ts';
import { costRowsKey } from '../../src/results/cost-row.ts';
import { ReplayError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { call } from './cached-calls.ts';

const HASH = 'ab'.repeat(32);

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cache-'));
  store = openStore(pathToFileURL(root).href);
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('CallCache', () => {
  it('keeps a call once: of two runs the first', async () => {
    const cache = new CallCache(store, '_replay_cache');
    expect(await cache.get(HASH)).toBeUndefined();
    const [first, second] = [call(HASH, { run_id: '1' }), call(HASH, { run_id: '2' })];
    expect(await cache.keep(first)).toEqual(first);
    expect(await cache.keep(second)).toEqual(first);
    expect(await cache.get(HASH)).toEqual(first);
    const { objects } = await store.list('_replay_cache/');
    expect(objects.map(({ key }) => key)).toEqual([`_replay_cache/ab/${HASH}.json`]);
  });

  it('takes what is larger than any call for none, without reading it', async () => {
    const cache = new CallCache(store, '_replay_cache');
    await store.put(`_replay_cache/ab/${HASH}.json`, Buffer.alloc(200 << 20, ' '));
    const before = process.memoryUsage().rss;
    expect(await cache.get(HASH)).toBeUndefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    expect(await cache.keep(call(HASH))).toEqual(call(HASH));
    expect(await cache.get(HASH)).toEqual(call(HASH));
  });

  const { message, paid } = call(HASH);
  const spoilt = (change: object) => JSON.stringify({ ...call(HASH), ...change });

  it.each([
    '',
    '{',
    '[]',
    '{"hash": "x"}',
    JSON.stringify(call('cd'.repeat(32))),
    spoilt({ message: { ...message, content: [null] } }),
    spoilt({ message: { content: [] } }),
    spoilt({ paid: 7 }),
    spoilt({ paid: { ...paid, at: 'today' } }),
    spoilt({ paid: { ...paid, usd: '1' } }),
    spoilt({ paid: { ...paid, usd: 1e300 } }),
    spoilt({ latency_ms: 1e300 }),
    spoilt({ paid: { ...paid, cost_key: '_counterfactual/ic_cio/latest.json' } }),
    spoilt({
      paid: { ...paid, cost_key: '_cost_raw/2026-07-11/2607110900/../../x/replay-concordance.0.jsonl' },
    }),
    spoilt({ paid: { ...paid, cost_key: '_cost_raw/2026-07-11/2607110900/another-producer.0.jsonl' } }),
    spoilt({ message: { ...message, usage: { input_tokens: '10', output_tokens: 2 } } }),
  ])('takes %j for no call, and mends it', async (text) => {
    const cache = new CallCache(store, '_replay_cache');
    await store.put(`_replay_cache/ab/${HASH}.json`, text);
    expect(await cache.get(HASH)).toBeUndefined();
    expect(await cache.keep(call(HASH))).toEqual(call(HASH));
    expect(await cache.get(HASH)).toEqual(call(HASH));
  });

  it('names the cost rows that the program writes', async () => {
    const cache = new CallCache(store, '_replay_cache');
    const kept = call(HASH, { cost_key: costRowsKey('2026-07-11', '2607110900', 12) });
    await cache.keep(kept);
    expect(await cache.get(HASH)).toEqual(kept);
  });

  it('tells whether it can be written to, and leaves nothing behind', async () => {
    await new CallCache(store, '_replay_cache').checkWritable();
    expect((await store.list('')).objects).toEqual([]);
    await writeFile(join(root, 'taken'), 'a file where the folder is to be');
    await expect(new CallCache(store, 'taken').checkWritable()).rejects.toBeInstanceOf(ReplayError);
  });
});
