import { describe, expect, it } from 'vitest';
import { EarlyStop, earlyStops, shuffledByFamily } from '../../../src/replay/concordance/early-stopping.ts';
import { candidateOf } from '../candidates.ts';

const OPTIONS = { threshold: 0.9, alpha: 0.05 };
const NEVER = new AbortController().signal;
const FAMILY = 'ic_cio';

function candidates(count: number, family = FAMILY) {
  return Array.from({ length: count }, (_, index) => candidateOf(`2026/07/10/${family}/run-${index}.json`));
}

/** Whether a promise is settled once all that is ready has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  const later = new Promise((resolve) => setImmediate(() => resolve(open)));
  return (await Promise.race([promise, later])) !== open;
}

describe('shuffledByFamily', () => {
  it('draws each family by the seed alone, and lets the families take turns', () => {
    const all = [...candidates(30), ...candidates(5, 'macro_economist')];
    const drawn = shuffledByFamily(all, 'seed');
    expect(new Set(drawn)).toEqual(new Set(all));
    expect(
      shuffledByFamily(all.toReversed(), 'seed').filter(({ entry }) => entry.family.id === FAMILY),
    ).toEqual(drawn.filter(({ entry }) => entry.family.id === FAMILY));
    expect(shuffledByFamily(all, 'other')).not.toEqual(drawn);
    expect(drawn.slice(0, 10).filter(({ entry }) => entry.family.id === FAMILY)).toHaveLength(5);
    expect(drawn.slice(10).map(({ entry }) => entry.key)).not.toEqual(
      all.slice(5, 30).map(({ entry }) => entry.key),
    );
  });
});

describe('EarlyStop', () => {
  it('wants what is near, makes what is far wait, and nothing once it is sure', async () => {
    const own = candidates(300);
    const stops = new EarlyStop(own, OPTIONS);
    const wanted = (index: number) => stops.isWanted(own[index] as never, NEVER);
    expect(await wanted(7)).toBe(true);
    const [far, farther] = [wanted(8), wanted(200)];
    expect(await settled(far)).toBe(false);
    // One that is out of turn brings nobody nearer.
    stops.put(own[3] as never, 1);
    expect(await settled(far)).toBe(false);
    stops.put(own[0] as never, 1);
    expect(await far).toBe(true);
    for (const one of own.slice(1, 100)) stops.put(one, 1);
    expect(stops.isSure).toBe(true);
    expect(await farther).toBe(false);
    expect(await wanted(150)).toBe(false);
    expect(stops.test).toMatchObject({ decision: 'above' });
    expect(stops.test.used).toBeLessThan(100);
  });

  it('runs ahead by as many as are known, eight at the least', async () => {
    const own = candidates(300);
    const stops = new EarlyStop(own, { ...OPTIONS, alpha: 1e-9 });
    for (const one of own.slice(0, 40)) stops.put(one, 0.9);
    expect(await stops.isWanted(own[79] as never, NEVER)).toBe(true);
    expect(await settled(stops.isWanted(own[80] as never, NEVER))).toBe(false);
  });

  it('counts invalid answers against the model, but not among those of a line', () => {
    const own = candidates(300);
    const stops = new EarlyStop(own, OPTIONS);
    for (const [index, one] of own.slice(0, 60).entries()) stops.put(one, index % 2, index % 2 === 1);
    expect(stops.test.decision).toBe('below');
    const invalid = new EarlyStop(own, OPTIONS);
    for (const one of own.slice(0, 60)) invalid.put(one, 0, false);
    expect(invalid.test.decision).toBe('below');
    expect(invalid.isSure).toBe(false);
  });

  it('is not sure of what would be too few scores for a line', () => {
    const own = candidates(300);
    const stops = new EarlyStop(own, OPTIONS);
    stops.put(own[0] as never, 0);
    stops.put(own[1] as never, 0);
    expect(stops.test).toMatchObject({ decision: 'below', used: 2 });
    expect(stops.isSure).toBe(false);
    stops.put(own[2] as never, null);
    expect(stops.isSure).toBe(false);
    stops.put(own[3] as never, 0);
    expect(stops.isSure).toBe(true);
  });

  it('lets nobody wait for what will not come', async () => {
    const own = candidates(100);
    const halted = new EarlyStop(own, OPTIONS);
    const waiting = halted.isWanted(own[50] as never, NEVER);
    halted.halt();
    expect(await waiting).toBe(false);
    const abort = new AbortController();
    const aborted = new EarlyStop(own, OPTIONS).isWanted(own[50] as never, abort.signal);
    abort.abort();
    expect(await aborted).toBe(false);
  });

  it('tests families apart', () => {
    const all = [...candidates(60), ...candidates(60, 'macro_economist')];
    const stops = earlyStops(all, OPTIONS);
    for (const one of all.slice(0, 60)) stops.get(FAMILY)?.put(one, 0);
    expect([stops.get(FAMILY)?.isSure, stops.get('macro_economist')?.isSure]).toEqual([true, false]);
  });
});
