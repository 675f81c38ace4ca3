import { describe, expect, it } from 'vitest';
import { familyIds } from '../../src/agents/registry.ts';
import { type ListingOptions, listCorpus } from '../../src/corpus/listing.ts';
import { windowOf } from '../../src/corpus/window.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder, writeObjects } from '../e2e/program.ts';

const KEYS = [
  '2026/07/11/ic_cio/2026-07-10.json',
  '2026/07/11/executor:risk_guard/2026-07-10_A_1.json',
  '2026/07/11/executor:exit_rules/2026-07-10_A_2.json',
  '2026/07/11/executor:mystery/x.json',
  '2026/07/11/sector_team:technology/x.json',
  '2026/07/11/sector_quant:technology/2026-07-10.json',
  '2026/07/11/sector_quant:technology/notes.txt',
  '2026/07/11/_eval/x.json',
  '2026/07/10/sector_quant:healthcare/2026-07-09.json',
  '2026/07/09/sector_quant:healthcare/2026-07-08.json',
  '2026/07/08/sector_quant:healthcare/outside.json',
  '_counterfactual/ic_cio/2607110000.json',
  'distillation/2026/07/11/ic_cio/x.json',
];

async function list(options: Partial<ListingOptions> = {}) {
  const { path, uri } = await temporaryFolder();
  await writeObjects(path, Object.fromEntries(KEYS.map((key) => [key, '{}'])));
  const window = windowOf(new Date('2026-07-11T09:00:00Z'), 3);
  return listCorpus(openStore(uri), window, {
    families: new Set(familyIds),
    capPerFamily: null,
    ...options,
  });
}

describe('listCorpus', () => {
  it('lists the window, newest day first, in key order within a day', async () => {
    const { entries } = await list();
    expect(entries.map(({ key, day, family }) => [key, day, family.id])).toEqual([
      ['2026/07/11/executor:exit_rules/2026-07-10_A_2.json', '2026-07-11', 'executor:exit_rules'],
      ['2026/07/11/executor:risk_guard/2026-07-10_A_1.json', '2026-07-11', 'executor:risk_guard'],
      ['2026/07/11/ic_cio/2026-07-10.json', '2026-07-11', 'ic_cio'],
      ['2026/07/11/sector_quant:technology/2026-07-10.json', '2026-07-11', 'sector_quant'],
      ['2026/07/10/sector_quant:healthcare/2026-07-09.json', '2026-07-10', 'sector_quant'],
      ['2026/07/09/sector_quant:healthcare/2026-07-08.json', '2026-07-09', 'sector_quant'],
    ]);
  });

  it('accounts for every other key in the window', async () => {
    const { unknown, ignored, notRequested, deterministicByDay } = await list();
    expect(unknown).toEqual({ 'executor:mystery': 1, 'sector_team:technology': 1 });
    expect(ignored.map(({ key }) => key)).toEqual([
      '2026/07/11/_eval/x.json',
      '2026/07/11/sector_quant:technology/notes.txt',
    ]);
    expect(notRequested).toEqual({});
    expect(deterministicByDay.get('2026-07-11')).toBe(2);
  });

  it('counts families that were not asked for, and still sees the storm of a day', async () => {
    const { entries, notRequested, deterministicByDay } = await list({ families: new Set(['ic_cio']) });
    expect(entries).toHaveLength(1);
    expect(notRequested).toEqual({ sector_quant: 3, 'executor:risk_guard': 1, 'executor:exit_rules': 1 });
    expect(deterministicByDay.get('2026-07-11')).toBe(2);
  });

  it('keeps the newest of each family under a cap, the executor components apart', async () => {
    const { entries, capped } = await list({ capPerFamily: 1 });
    expect(entries.map(({ family }) => family.id).sort()).toEqual([
      'executor:exit_rules',
      'executor:risk_guard',
      'ic_cio',
      'sector_quant',
    ]);
    expect(entries.find(({ family }) => family.id === 'sector_quant')?.day).toBe('2026-07-11');
    expect(capped).toEqual({ sector_quant: 2 });
  });

  it('tells of each day in order, and what of it is to be read', async () => {
    const told: [number, readonly string[]][] = [];
    const { entries } = await list({
      capPerFamily: 1,
      onDay: (artifacts, read) => told.push([artifacts, read.map(({ key }) => key)]),
    });
    expect(told.map(([artifacts]) => artifacts)).toEqual([4, 1, 1]);
    expect(told.flatMap(([, read]) => read)).toEqual(entries.map(({ key }) => key));
    expect(told.map(([, read]) => read.length)).toEqual([4, 0, 0]);
  });
});
