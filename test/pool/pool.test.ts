import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// The built pool: its workers are JavaScript files beside it.
// @ts-expect-error The build has no declarations; the source has.
import { WorkerPool as BuiltPool } from '../../dist/pool/pool.js';
import type { ExtractedBatch } from '../../src/pool/extract.ts';
import type { PoolOptions, WorkerPool } from '../../src/pool/pool.ts';

const FOLDER = '2026/07/11/macro_economist';
const NEVER = new AbortController().signal;

let root: string;
let pool: WorkerPool;

function open(options: Partial<PoolOptions> = {}): void {
  const corpus = pathToFileURL(root).href;
  pool = new BuiltPool({ corpus, threads: 1, loadConcurrency: 4, ...options });
}

async function put(name: string, text: string): Promise<string> {
  await mkdir(join(root, FOLDER), { recursive: true });
  await writeFile(join(root, FOLDER, `${name}.json`), text);
  return `${FOLDER}/${name}.json`;
}

function macro(vix: number): string {
  return JSON.stringify({
    timestamp: '2026-07-11T10:00:00+00:00',
    input_data_snapshot: { macro_data: { vix } },
    agent_output: { market_regime: vix > 20 ? 'bear' : 'bull' },
  });
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pool-'));
});

afterEach(async () => {
  await pool.close();
  await rm(root, { recursive: true });
});

describe('the pool', () => {
  it('gives rows back in the order of the keys, as typed arrays', async () => {
    open();
    const keys = await Promise.all([12, 30, 18].map((vix) => put(`run-${vix}`, macro(vix))));
    const [batch] = await pool.extract(keys, 'captured', NEVER);
    const [table] = batch?.tables ?? [];
    expect(table?.subject).toBe('macro_economist');
    expect(table?.features).toBeInstanceOf(Float64Array);
    const width = (table?.features.length ?? 0) / 3;
    expect([0, 1, 2].map((row) => table?.features[row * width])).toEqual([12, 30, 18]);
    expect([...(table?.artifacts ?? [])]).toEqual([0, 1, 2]);
    expect([...(table?.labels ?? [])].map((code) => table?.labelTexts[code])).toEqual([
      'bull',
      'bear',
      'bull',
    ]);
    expect(batch?.capturedAt[0]).toBe(Date.parse('2026-07-11T10:00:00Z'));
  });

  it('loses to a dying worker only the object that kills it', async () => {
    open({ heapMib: 32 });
    const good = await Promise.all([12, 30, 18].map((vix) => put(`run-${vix}`, macro(vix))));
    const tickers = Array.from({ length: 40_000 }, (_, n) => `T${n}`);
    const greedy = '2026/07/11/ic_cio/greedy.json';
    await mkdir(join(root, '2026/07/11/ic_cio'), { recursive: true });
    await writeFile(
      join(root, greedy),
      JSON.stringify({
        input_data_snapshot: { candidates: tickers.map((ticker) => ({ ticker })) },
        agent_output: { ic_decisions: tickers.map((ticker) => ({ ticker, decision: 'REJECT' })) },
      }),
    );
    const keys = [good[0] as string, greedy, good[1] as string, good[2] as string];
    const pieces: readonly ExtractedBatch[] = await pool.extract(keys, 'captured', NEVER);
    expect(pieces.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    expect(pieces.map(({ failures }) => failures.length)).toEqual([0, 1, 0, 0]);
    expect(pieces[1]?.failures[0]?.error).toContain('ran out of memory');
    expect(pieces.map(({ tables }) => tables[0]?.rows ?? 0)).toEqual([1, 0, 1, 1]);
    expect((await pool.extract(good, 'captured', NEVER))[0]?.tables[0]?.rows).toBe(3);
  });

  it('stops what it is doing when it is aborted', async () => {
    open();
    const keys = await Promise.all(Array.from({ length: 50 }, (_, n) => put(`run-${n}`, macro(n))));
    const controller = new AbortController();
    const reading = pool.extract(keys, 'captured', controller.signal);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow();
  });
});
