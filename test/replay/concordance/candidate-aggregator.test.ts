import { describe, expect, it } from 'vitest';
import type { AgentFamily } from '../../../src/agents/family.ts';
import { familyOf } from '../../../src/agents/registry.ts';
import type { SliceCandidates } from '../../../src/pool/candidates.ts';
import {
  CandidateAggregator,
  familySkip,
  workOrder,
} from '../../../src/replay/concordance/candidate-aggregator.ts';
import { candidateOf } from '../candidates.ts';

const KEYS = [
  '2026/07/11/ic_cio/a.json',
  '2026/07/10/ic_cio/a.json',
  '2026/07/10/ic_cio/b.json',
  '2026/07/10/ic_cio/c.json',
  '2026/07/09/ic_cio/d.json',
];
const all = KEYS.map((key) => candidateOf(key));
const entries = all.map(({ entry }) => entry);

/** What a worker gives back of `entries`: the third is skipped, the fourth cannot be read. */
function sliceResult(positions: readonly number[]): { entries: number[]; content: SliceCandidates } {
  const at = (found: number) => positions.indexOf(found);
  const has = (found: number) => at(found) !== -1;
  return {
    entries: [...positions],
    content: {
      size: positions.length,
      capturedAt: Float64Array.from(positions, (position) => 100 - position),
      usd: Float64Array.from(positions, (position) => (position < 2 ? 0.5 : Number.NaN)),
      metered: [],
      failures: has(3) ? [{ position: at(3), error: 'broken', kind: 'content' }] : [],
      skips: has(2) ? [{ position: at(2), reason: 'placeholder' }] : [],
      candidates: positions
        .filter((position) => position !== 2 && position !== 3)
        .map((position) => {
          const { entry, originalUsd, ...classified } = all[position] as (typeof all)[number];
          return { ...classified, position: at(position) };
        }),
    },
  };
}

describe('candidates', () => {
  it('are the same in whatever order slices arrive, every artifact counted once', () => {
    const results = [
      [
        [0, 1],
        [2, 3, 4],
      ],
      [
        [4, 2],
        [3, 1, 0],
      ],
    ].map((slices) => {
      const aggregator = new CandidateAggregator(entries, '2026-07-11', () => undefined);
      for (const slice of slices) aggregator.add(sliceResult(slice));
      const unread = [{ entry: candidateOf('2026/07/10/sector_quant/x.json').entry, reason: 'tool_loop' }];
      return { ...aggregator.finish(['ic_cio', 'sector_quant'], unread), failures: aggregator.failures };
    });
    expect(results[1]).toEqual(results[0]);
    const { candidates, counts, skips, failures } = results[0] as (typeof results)[number];
    // The older copy of `a` is left out.
    expect(candidates.map(({ entry }) => entry.key)).toEqual([KEYS[0], KEYS[4]]);
    expect(candidates.map(({ originalUsd }) => originalUsd)).toEqual([0.5, null]);
    expect(Object.fromEntries(counts)).toEqual({
      ic_cio: {
        listed: 5,
        loaded: 4,
        deduplicated: 1,
        newest_capture_date: '2026-07-11',
        // The older copy costs nothing again.
        captured_cost: { captures: 1, usd: 0.5, decisions_per_month: 30, cost_per_month_usd: 15 },
        skipped: { placeholder: 1 },
        replayable: 2,
      },
      sector_quant: {
        listed: 1,
        loaded: 0,
        deduplicated: 0,
        newest_capture_date: '2026-07-10',
        captured_cost: null,
        skipped: { tool_loop: 1 },
        replayable: 0,
      },
    });
    expect(skips.map(({ reason }) => reason)).toEqual(['tool_loop', 'placeholder']);
    expect(failures).toEqual([{ entry: entries[3], error: 'broken', kind: 'content' }]);
  });

  it('are sought in families that a model decides, tool loops only when asked for', () => {
    const reason = (id: string, loops = false) => familySkip(familyOf(id) as AgentFamily, loops);
    expect(reason('executor:risk_guard', true)).toBe('deterministic');
    expect([reason('sector_quant'), reason('sector_quant', true)]).toEqual(['tool_loop', undefined]);
    expect(reason('ic_cio')).toBeUndefined();
  });

  it('are worked off family by family in turn, newest days first, up to the cap', () => {
    const days = ['08', '11', '09', '11'];
    const of = (family: string) =>
      days.map((day, index) => candidateOf(`2026/07/${day}/${family}/run-${index}.json`));
    const work = workOrder([...of('ic_cio'), ...of('macro_economist')], 6);
    expect(work.map(({ entry }) => [entry.family.id, entry.day.slice(-2)])).toEqual([
      ['ic_cio', '11'],
      ['macro_economist', '11'],
      ['ic_cio', '09'],
      ['macro_economist', '09'],
      ['ic_cio', '08'],
      ['macro_economist', '08'],
    ]);
    expect(workOrder(work, null)).toHaveLength(6);
  });
});
