import { describe, expect, test } from 'vitest';
import type { Page, PageRequest } from '../../../src/store/s3/list-page.ts';
import { listWide } from '../../../src/store/s3/listing.ts';

const PAGE = 10;

/** Lists as S3 does, from memory, and counts how many requests had to wait for one another. */
function bucket(keys: readonly string[], delimiters = true) {
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const requests: PageRequest[] = [];
  return {
    sorted,
    requests,
    fetch: async ({ prefix, after, token, delimiter }: PageRequest): Promise<Page> => {
      requests.push({ prefix, after, token, ...(delimiter && { delimiter }) });
      const from = token ?? after ?? '';
      const behind = sorted.filter(
        (key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(from)) > 0,
      );
      if (delimiter && delimiters) {
        const cuts = behind.map((key) => key.slice(0, key.indexOf(delimiter, prefix.length) + 1));
        const commonPrefixes = [...new Set(cuts)].filter((cut) => cut.length > prefix.length);
        return { objects: [], commonPrefixes: commonPrefixes.slice(0, PAGE), next: undefined };
      }
      const page = behind.slice(0, PAGE);
      const objects = page.map((key) => ({ key, size: 1, etag: key }));
      return { objects, commonPrefixes: [], next: behind.length > PAGE ? page.at(-1) : undefined };
    },
  };
}

const dates = Array.from({ length: 30 }, (_, n) => `2026-01-${String(n + 1).padStart(2, '0')}`);
const storm = dates.flatMap((date) =>
  ['A', 'BRK.B', 'Ü'].flatMap((ticker) =>
    [1, 2, 3].map((n) => `executor:exit_rules/${date}_${ticker}_${n}.json`),
  ),
);
const agents = ['ic_cio', 'macro_economist', 'sector_quant:technology', 'thinktank_theme', '😀', '\uffee'];

describe.each<[string, readonly string[]]>([
  ['nothing', []],
  ['less than a page', ['ic_cio/a', 'ic_cio/b']],
  ['exactly a page', Array.from({ length: PAGE }, (_, n) => `a/${n}`)],
  ['a storm of one agent among others', [...storm, ...agents.map((agent) => `${agent}/2026-01-02.json`)]],
  ['many agents', Array.from({ length: 95 }, (_, n) => `thesis_update:x:${n}/2026-01-02.json`)],
  ['no folders', Array.from({ length: 95 }, (_, n) => `key${n}`)],
  ['run ids without a cut', Array.from({ length: 95 }, (_, n) => `ic_cio/${n}.json`)],
  [
    'keys that are their own cut',
    [...storm, ...dates.map((date) => `executor:exit_rules/${date}_`), 'ic_cio/'],
  ],
  [
    'keys between folders',
    [
      ...storm,
      'executor:exit_rules',
      'executor:exit_rulesX',
      'executor:exit_rules0/x',
      'executor:exit_rules/',
    ],
  ],
])('%s', (_, keys) => {
  const day = keys.map((key) => `2026/05/11/${key}`);
  const around = ['2026/05/10/ic_cio/x.json', '2026/05/11', '2026/05/110', '2026/05/12/ic_cio/x.json'];

  test.each([true, false])('is listed whole, once, in order (common prefixes: %s)', async (delimiters) => {
    const s3 = bucket([...day, ...around], delimiters);
    const { objects } = await listWide(s3.fetch, '2026/05/11/', 'listing');
    expect(objects.map(({ key }) => key)).toEqual(s3.sorted.filter((key) => key.startsWith('2026/05/11/')));
  });
});

test('random keys are listed whole, once, in order', async () => {
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let corpus = 0; corpus < 200; corpus++) {
    const signs = ['_', '/', 'a', '-', '1', '😀', '\uffee'];
    const keys = Array.from({ length: random(150) }, () =>
      Array.from({ length: 1 + random(6) }, () => signs[random(signs.length)]).join(''),
    );
    const s3 = bucket([...new Set(keys)]);
    expect((await listWide(s3.fetch, '', 'listing')).objects.map(({ key }) => key)).toEqual(s3.sorted);
  }
});

test('a huge day costs few more pages than it has, most of them side by side', async () => {
  const s3 = bucket(storm.map((key) => `d/${key}`));
  let depth = 0;
  let inFlight = 0;
  await listWide(
    async (request) => {
      inFlight += 1;
      depth = Math.max(depth, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return s3.fetch(request);
    },
    'd/',
    'listing',
  );
  expect(s3.requests.length).toBeLessThan((2 * storm.length) / PAGE + 8);
  expect(depth).toBeGreaterThanOrEqual(5);
});

test('every agent of a huge day is listed side by side', async () => {
  const agents = ['exit_rules', 'position_sizer', 'risk_guard'];
  const s3 = bucket(agents.flatMap((agent) => storm.map((key) => `d/${key.replace('exit_rules', agent)}`)));
  let rounds = 0;
  let round: Promise<void> | undefined;
  const { objects } = await listWide(
    async (request) => {
      round ??= new Promise((resolve) =>
        setImmediate(() => {
          rounds += 1;
          round = undefined;
          resolve();
        }),
      );
      await round;
      return s3.fetch(request);
    },
    'd/',
    'listing',
  );
  expect(objects).toHaveLength(3 * storm.length);
  expect(rounds).toBeLessThan(16);
});

test('an empty page that is not the last is no end', async () => {
  const pages: Page[] = [
    { objects: [], commonPrefixes: [], next: 'more' },
    { objects: [{ key: 'a', size: 1, etag: 'e' }], commonPrefixes: [], next: undefined },
  ];
  expect((await listWide(async () => pages.shift() as Page, '', 'listing')).objects).toHaveLength(1);
});
