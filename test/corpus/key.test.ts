import { describe, expect, it } from 'vitest';
import { parseKey } from '../../src/corpus/key.ts';

describe('parseKey', () => {
  it('reads day, agent and run of a real key', () => {
    expect(parseKey('2026/05/03/sector_quant:technology/2026-05-01.json')).toEqual({
      key: '2026/05/03/sector_quant:technology/2026-05-01.json',
      day: '2026-05-03',
      agentId: 'sector_quant:technology',
      artifactRunId: '2026-05-01',
    });
  });

  it.each([
    '2026/05/03/ic_cio/a b%20ü.json',
    '2026/05/03/thesis_update:technology:BRK-B/2026-05-01.json',
    '2026/05/03/executor:risk_guard/2026-05-01_A.B_0a1b2c3d.json',
  ])('reads %s', (key) => {
    expect(parseKey(key)).toBeDefined();
  });

  it.each([
    '2026/05/03/ic_cio.json',
    '2026/05/03/ic_cio/x.txt',
    '2026/05/03/ic_cio/.json',
    '2026/05/03/ic_cio/deep/x.json',
    '2026/05/03/_eval/x.json',
    '2026/5/03/ic_cio/x.json',
    '_counterfactual/ic_cio/2605160900.json',
    'distillation/2026/05/03/x.json',
    '2026/05/03//x.json',
    '',
  ])('refuses %j', (key) => {
    expect(parseKey(key)).toBeUndefined();
  });
});
