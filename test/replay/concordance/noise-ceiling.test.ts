import { expect, it } from 'vitest';
import { stratifiedSample } from '../../../src/replay/concordance/noise-ceiling.ts';
import { candidateOf } from '../candidates.ts';

const CIO = Array.from({ length: 20 }, (_, index) => candidateOf(`2026/07/10/ic_cio/run-${index}.json`));
/** Ten tickers each of four runs. */
const UPDATES = Array.from({ length: 40 }, (_, index) =>
  candidateOf(`2026/07/1${index % 4}/thesis_update:team:T${index}/2026-07-0${index % 4}.json`),
);

it('shares a sample out over families, then over runs', () => {
  const sample = stratifiedSample([...CIO, ...UPDATES], 16, 'seed');
  const updates = sample.filter(({ entry }) => entry.family.id === 'thesis_update');
  expect([sample.length, updates.length]).toEqual([16, 8]);
  const perRun = Map.groupBy(updates, ({ entry }) => entry.key.split('/').at(-1));
  expect([...perRun.values()].map(({ length }) => length)).toEqual([2, 2, 2, 2]);
  expect(new Set(sample).size).toBe(16);
});

it('depends on the seed, not on the order of the candidates', () => {
  const draw = (seed: string, of = UPDATES) => stratifiedSample(of, 8, seed).map(({ entry }) => entry.key);
  expect(draw('seed', UPDATES.toReversed())).toEqual(draw('seed'));
  expect(draw('other')).not.toEqual(draw('seed'));
});

it('takes all there are where that is less', () => {
  expect(new Set(stratifiedSample(CIO, 500, 'seed'))).toEqual(new Set(CIO));
});
