import { describe, expect, test } from 'vitest';
import { AlreadyExistsError, LoadError, NotFoundError } from '../../src/shared/errors.ts';
import type { Listed, Store } from '../../src/store/store.ts';

/** Keys that a careless store mangles, in UTF-8 byte order. */
const ODD_KEYS = [
  'odd/ leading blank.json',
  'odd/%2F percent %.json',
  'odd/&amp; <and> "quotes".json',
  'odd/+plus+.json',
  'odd/.hidden',
  'odd/2026/a-b/x.json',
  'odd/2026/a/x.json',
  'odd/2026/a0/x.json',
  'odd/executor:exit_rules/2605160900.json',
  'odd/question?hash#.json',
  'odd/ünïcode-日本.json',
  'odd/\uFFEE before an astral sign.json',
  'odd/😀.json',
];

/** What every store does alike. `open` gives a store over an empty place, or the same one under a prefix. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the contract`, () => {
    test('gives back what was put, bytes and text', async () => {
      const store = await open();
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await store.put('a/bytes.bin', bytes);
      await store.put('a/text.json', '{"ü": 1}', { contentType: 'application/json' });
      expect(Buffer.from(await store.get('a/bytes.bin'))).toEqual(Buffer.from(bytes));
      expect(Buffer.from(await store.get('a/text.json')).toString()).toBe('{"ü": 1}');
      await store.put('a/text.json', 'again');
      expect(Buffer.from(await store.get('a/text.json')).toString()).toBe('again');
      await store.put('a/empty', '');
      expect(await store.get('a/empty')).toHaveLength(0);
    });

    test('says which object is missing', async () => {
      const store = await open();
      await store.put('a/b', 'x');
      await expect(store.get('a/missing.json')).rejects.toThrow(NotFoundError);
      await expect(store.get('a/missing.json')).rejects.toThrow('a/missing.json');
      await expect(store.get('no/such/folder')).rejects.toThrow(NotFoundError);
      await expect(store.get('a')).rejects.toThrow(NotFoundError);
    });

    test('keeps odd keys as they are, in byte order', async () => {
      const store = await open();
      for (const key of ODD_KEYS.toReversed()) await store.put(key, key);
      expect((await listAll(store, 'odd/')).map(({ key }) => key)).toEqual(ODD_KEYS);
      for (const key of ODD_KEYS) expect(Buffer.from(await store.get(key)).toString()).toBe(key);
    });

    test('lists by prefix, whole or partial', async () => {
      const store = await open();
      for (const key of ['2026/05/09/x', '2026/05/1/x', '2026/05/16/x', '2026/05/16/y', '2027/05/16/x']) {
        await store.put(key, key);
      }
      const keys = async (prefix: string) => (await listAll(store, prefix)).map(({ key }) => key);
      expect(await keys('2026/05/16/')).toEqual(['2026/05/16/x', '2026/05/16/y']);
      expect(await keys('2026/05/1')).toEqual(['2026/05/1/x', '2026/05/16/x', '2026/05/16/y']);
      expect(await keys('2027/')).toEqual(['2027/05/16/x']);
      expect(await keys('')).toHaveLength(5);
      expect(await store.list('1999/01/01/')).toEqual({ objects: [], refused: [] });
    });

    test('lists more than a page holds, each object once, with its size', async () => {
      const store = await open();
      // As a simulation's: one agent with nearly all of them, run ids that begin with a date, and other agents.
      const keys = Array.from({ length: 1_203 }, (_, n) => {
        const agent = n < 1_180 ? 'executor:exit_rules' : `ic_cio:${n}`;
        return `many/${agent}/2026-01-${String(Math.floor(n / 100) + 10)}_A_${String(n).padStart(5, '0')}`;
      });
      for (let n = 0; n < keys.length; n += 50) {
        await Promise.all(keys.slice(n, n + 50).map((key, m) => store.put(key, 'x'.repeat((n + m) % 7))));
      }
      const listed = await listAll(store, 'many/');
      expect(listed.map(({ key }) => key)).toEqual(keys);
      expect(listed.map(({ size }) => size)).toEqual(keys.map((_, n) => n % 7));
    });

    test('changes the etag with the content', async () => {
      const store = await open();
      const etag = async () => (await listAll(store, 'etag'))[0]?.etag;
      await store.put('etag', 'one');
      const before = await etag();
      expect(await etag()).toBe(before);
      await store.put('etag', 'two');
      expect(await etag()).not.toBe(before);
    });

    test('lets exactly one of sixteen conditional puts win', async () => {
      const store = await open();
      const puts = Array.from({ length: 16 }, (_, n) => store.putIfAbsent('claims/one', `writer ${n}`));
      const outcomes = await Promise.allSettled(puts);
      const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AlreadyExistsError);
      }
      expect(Buffer.from(await store.get('claims/one')).toString()).toBe(`writer ${winners[0]}`);
      expect((await listAll(store, 'claims/')).map(({ key }) => key)).toEqual(['claims/one']);
    });

    test('refuses an object that is too large', async () => {
      const store = await open();
      await store.put('large', 'x'.repeat(1_000_000));
      expect(await store.get('large', { maxBytes: 1_000_000 })).toHaveLength(1_000_000);
      await expect(store.get('large', { maxBytes: 999_999 })).rejects.toThrow(LoadError);
      await expect(store.get('large', { maxBytes: 999_999 })).rejects.toThrow('large: expected 999999 bytes');
    });

    test('throws the reason of an abort', async () => {
      const store = await open();
      await store.put('a', 'x');
      const signal = AbortSignal.abort(new Error('stopped'));
      await expect(store.get('a', { signal })).rejects.toThrow('stopped');
      await expect(store.list('', signal)).rejects.toThrow('stopped');
    });
  });
}

export async function listAll(store: Store, prefix: string): Promise<readonly Listed[]> {
  return (await store.list(prefix)).objects;
}
