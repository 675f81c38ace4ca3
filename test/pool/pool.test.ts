import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import type { SliceRows } from '../../src/pool/extract.ts';
import { type PoolOptions, type SliceResult, WorkerPool } from '../../src/pool/pool.ts';
import type { Slice } from '../../src/pool/slices.ts';
import { startS3Server } from '../servers/s3/server.ts';
import { ODD_VALUES, packed, placesIn, seal, open as unseal } from './spoil.ts';

const FOLDER = '2026/07/11/macro_economist';
const NEVER = new AbortController().signal;

let root: string;
let pool: WorkerPool;

function open(options: Partial<PoolOptions> = {}): void {
  const corpus = pathToFileURL(root).href;
  pool = new WorkerPool({ corpus, threads: 1, loadConcurrency: 4, ...options });
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

/** A slice of artifacts by their keys. */
function sliceOf(keys: readonly string[], name = 'slice'): Slice {
  return {
    entries: [...keys.keys()],
    artifacts: keys.map((key) => ({ ...(parseKey(key) as ArtifactKey), etag: '' })),
    bytes: 0,
    name: `2026-07-11/macro_economist/${name}`,
  };
}

describe('the pool', () => {
  it('gives rows back in the order of the keys, as typed arrays', async () => {
    open();
    const keys = await Promise.all([12, 30, 18].map((vix) => put(`run-${vix}`, macro(vix))));
    const [piece] = await pool.read('rows-captured', [sliceOf(keys)], NEVER);
    const content = piece?.content;
    const [table] = content?.tables ?? [];
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
    expect(content?.capturedAt[0]).toBe(Date.parse('2026-07-11T10:00:00Z'));
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
    const pieces: readonly SliceResult<SliceRows>[] = await pool.read(
      'rows-captured',
      [sliceOf(keys)],
      NEVER,
    );
    expect(pieces.map(({ entries }) => entries)).toEqual([[0], [1], [2], [3]]);
    expect(pieces.map(({ content }) => content.size)).toEqual([1, 1, 1, 1]);
    expect(pieces.map(({ content }) => content.failures.length)).toEqual([0, 1, 0, 0]);
    expect(pieces[1]?.content.failures[0]?.error).toContain('ran out of memory');
    expect(pieces.map(({ content }) => content.tables[0]?.rows ?? 0)).toEqual([1, 0, 1, 1]);
    expect((await pool.read('rows-captured', [sliceOf(good)], NEVER))[0]?.content.tables[0]?.rows).toBe(3);
  });

  it('stops what it is doing when it is aborted', async () => {
    open();
    const keys = await Promise.all(Array.from({ length: 50 }, (_, n) => put(`run-${n}`, macro(n))));
    const controller = new AbortController();
    const reading = pool.read('rows-captured', [sliceOf(keys)], controller.signal);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it('has several tasks of one worker under way, all within one limit of loads', async () => {
    const server = await startS3Server({ faults: [{ does: { delay: 200 } }] });
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    try {
      pool = new WorkerPool({ corpus: 's3://bucket', threads: 1, loadConcurrency: 24 });
      const { signal } = new AbortController();
      const tasks = Array.from({ length: 4 }, (_, task) =>
        Array.from({ length: 8 }, (_, n) => `${FOLDER}/${task}-${n}.json`),
      );
      for (const key of tasks.flat()) server.set(key, macro(20));
      const read = (keys: string[]) => pool.read('rows-captured', [sliceOf(keys)], signal);
      const pieces = (await Promise.all(tasks.map(read))).flat();
      expect(pieces.map(({ content }) => content.tables[0]?.rows)).toEqual([8, 8, 8, 8]);
      expect(server.busiest).toBe(24);
    } finally {
      vi.unstubAllEnvs();
      await server.close();
    }
  });

  it('ends with the fault, in its class, when no object can be had', async () => {
    const server = await startS3Server({ faults: [{ does: { status: 400, code: 'ExpiredToken' } }] });
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    try {
      pool = new WorkerPool({ corpus: 's3://bucket', threads: 1, loadConcurrency: 4 });
      const reading = pool.read('rows-captured', [sliceOf([`${FOLDER}/x.json`])], NEVER);
      await expect(reading).rejects.toMatchObject({ name: 'TransientError', exitCode: 75 });
    } finally {
      vi.unstubAllEnvs();
      await server.close();
    }
  });

  describe('with shards', () => {
    let keys: string[];

    beforeEach(async () => {
      keys = await Promise.all([12, 30, 18].map((vix) => put(`run-${vix}`, macro(vix))));
      open({ shards: { uri: pathToFileURL(`${root}/out`).href, writes: true } });
    });

    /** What is kept of a slice, or what it comes to when it is read. */
    const read = async (slice: Slice) => {
      const [recalled] = await pool.recall('rows-captured', [slice], NEVER);
      if (typeof recalled === 'object') return { use: 'kept', content: recalled.value };
      const [piece] = await pool.read('rows-captured', [slice], NEVER);
      return { use: recalled, content: (piece as SliceResult<SliceRows>).content };
    };

    const shards = async () => {
      const files = await readdir(join(root, 'out'), { recursive: true, withFileTypes: true });
      return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    };

    it('reads no artifact again that it has read under the same name', async () => {
      const built = await read(sliceOf(keys));
      for (const key of keys) await rm(join(root, key));
      const kept = await read(sliceOf(keys));
      expect([built.use, kept.use]).toEqual(['missing', 'kept']);
      expect(kept.content).toEqual(built.content);
      expect((await read(sliceOf(keys, 'other'))).content.failures).toHaveLength(3);
    });

    it.each([
      ['empty', () => Buffer.alloc(0)],
      ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      ['changed by a bit', (bytes: Buffer) => bytes.fill((bytes[40] as number) ^ 1, 40, 41)],
      ['something else', () => Buffer.from('{}')],
    ])('builds a shard anew that is %s', async (_, spoil) => {
      const built = await read(sliceOf(keys));
      const [shard] = (await shards()) as [string];
      await writeFile(shard, spoil(await readFile(shard)));
      const rebuilt = await read(sliceOf(keys));
      expect([rebuilt.use, rebuilt.content]).toEqual(['unusable', built.content]);
      expect((await read(sliceOf(keys))).use).toBe('kept');
    });

    it('does not take one shard for another', async () => {
      await read(sliceOf(keys, 'one'));
      await read(sliceOf(keys.slice(1), 'two'));
      const [one, two] = (await shards()).sort() as [string, string];
      await copyFile(one, two);
      const { use, content } = await read(sliceOf(keys.slice(1), 'two'));
      expect([use, content.size]).toEqual(['unusable', 2]);
    });

    it('keeps a fault of the content, and no other', async () => {
      await put('bad', 'no JSON');
      const bad = [...keys, `${FOLDER}/bad.json`];
      expect((await read(sliceOf(bad, 'bad'))).content.failures).toMatchObject([{ kind: 'content' }]);
      expect((await read(sliceOf(bad, 'bad'))).use).toBe('kept');
      await rm(join(root, FOLDER, 'bad.json'));
      // One that nobody listed was never there.
      expect((await read(sliceOf(bad, 'never'))).content.failures).toMatchObject([{ kind: 'refused' }]);
      const { artifacts, ...rest } = sliceOf(bad, 'gone');
      const listed = { ...rest, artifacts: artifacts.map((one) => ({ ...one, etag: 'as listed' })) };
      expect((await read(listed)).content.failures).toMatchObject([{ kind: 'passing' }]);
      expect((await read(listed)).use).toBe('missing');
      await symlink('/etc/hostname', join(root, FOLDER, 'bad.json'));
      expect((await read(sliceOf(bad, 'out'))).content.failures).toMatchObject([{ kind: 'refused' }]);
      expect((await read(sliceOf(bad, 'out'))).use).toBe('missing');
    });

    it('reads an object that has changed since it was listed, and does not keep it', async () => {
      const { artifacts, ...rest } = sliceOf(keys, 'changed');
      const slice = { ...rest, artifacts: artifacts.map((one) => ({ ...one, etag: 'of another' })) };
      expect((await read(slice)).content.tables[0]?.rows).toBe(3);
      expect((await read(slice)).use).toBe('missing');
    });

    it('counts what cannot be kept, and says why', async () => {
      await mkdir(join(root, 'out'));
      await writeFile(join(root, 'out/_replay_shards'), '');
      for (const name of ['a', 'b', 'c', 'd']) expect((await read(sliceOf(keys, name))).use).toBe('missing');
      expect(pool.counts.notKept).toBe(4);
      expect(pool.counts.notKeptReason).toContain('a file stands where the key needs a folder');
    });

    it('takes no shard that is spoilt inside, whatever its digest', async () => {
      const slice = sliceOf([
        ...keys,
        await put('bad', 'no JSON'),
        await put('drop', '{"schema_version": 9}'),
      ]);
      const { content } = await read(slice);
      const [path] = (await shards()) as [string];
      const key = relative(join(root, 'out'), path);
      const sound = await readFile(path);
      const recalled = async (bytes: Buffer) => {
        await writeFile(path, bytes);
        return (await pool.recall('rows-captured', [slice], NEVER))[0];
      };
      expect(await recalled(seal(key, packed(unseal(sound))))).toEqual({ value: content });

      const spoilt: Buffer[] = [];
      const count = placesIn(unseal(sound).json).length;
      for (let place = 0; place < count; place += 1) {
        for (const value of [null, ...ODD_VALUES]) {
          const { json, numbers } = unseal(sound);
          const { holder, name } = placesIn(json)[place] as ReturnType<typeof placesIn>[number];
          holder[name] = value;
          spoilt.push(packed({ json, numbers }));
        }
      }
      const { json, numbers } = unseal(sound);
      spoilt.push(packed({ json: null, numbers }), packed({ json, numbers: numbers.subarray(8) }));
      spoilt.push(packed({ json, numbers: Buffer.concat([numbers, Buffer.alloc(8)]) }));
      spoilt.push(packed({ json, numbers }, 0xffffffff), Buffer.alloc(0), Buffer.alloc(3));
      // A label beyond the texts, a position beyond the slice.
      spoilt.push(
        packed({ json, numbers: Buffer.concat([numbers.subarray(0, -4), Buffer.from([9, 0, 0, 0])]) }),
      );
      // What v8.deserialize made 100 million elements of.
      spoilt.push(Buffer.from('ff0f6180c2d72f40', 'hex'));
      for (const bytes of spoilt) expect(await recalled(seal(key, bytes))).toBe('unusable');

      // Lengths that are not so, and more than there may be.
      const whole = packed({ json, numbers });
      for (const length of [0, whole.length - 1, whole.length + 1, 0xffffffff]) {
        expect(await recalled(seal(key, whole, length))).toBe('unusable');
      }
      const bomb = Buffer.alloc(400 * 1024 * 1024);
      expect(await recalled(seal(key, bomb))).toBe('unusable');
      expect(await recalled(seal(key, bomb, 1024))).toBe('unusable');
      expect(process.memoryUsage.rss()).toBeLessThan(1024 ** 3 * 2);
      expect((await read(slice)).content).toEqual(content);
    }, 120_000);
  });
});
