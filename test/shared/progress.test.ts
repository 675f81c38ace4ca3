import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loggedProgress } from '../../src/shared/progress.ts';

const lines: object[] = [];
const log = { info: (facts: object, msg: string) => void lines.push({ ...facts, msg }) };

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress in a log', () => {
  const start = () => loggedProgress(log as unknown as Parameters<typeof loggedProgress>[0]);

  it('is a line every ten seconds, with the time left where the total is known', () => {
    const progress = start();
    progress.start('call models', 90);
    progress.advance(30);
    vi.advanceTimersByTime(15_000);
    progress.advance();
    expect(lines).toEqual([
      { step: 'call models', done: 31, total: 90, per_second: 2.1, seconds_left: 29, msg: 'progress' },
    ]);
    progress.begin('ic_cio');
    progress.begin('macro_economist');
    progress.advance(1, 'ic_cio');
    vi.advanceTimersByTime(15_000);
    progress.advance();
    expect(lines[1]).toMatchObject({ done: 33, at: 'macro_economist' });
    progress.start('list artifacts');
    vi.advanceTimersByTime(11_000);
    progress.advance(22);
    expect(lines[2]).toEqual({
      step: 'list artifacts',
      done: 22,
      total: undefined,
      per_second: 2,
      msg: 'progress',
    });
  });

  it('keeps the finished steps, in order', () => {
    const progress = start();
    for (const [step, items, ms] of [
      ['read artifacts', 231, 250],
      ['fit rules', 13, 6_850],
    ] as const) {
      progress.start(step, items);
      progress.advance(items);
      vi.advanceTimersByTime(ms);
      progress.finish();
    }
    progress.start('write');
    progress.stop();
    expect(progress.steps).toEqual([
      { step: 'read artifacts', items: 231, seconds: 0.25 },
      { step: 'fit rules', items: 13, seconds: 6.85 },
    ]);
    expect(lines).toEqual([
      { step: 'read artifacts', done: 231, seconds: 0.25, msg: 'step done' },
      { step: 'fit rules', done: 13, seconds: 6.85, msg: 'step done' },
    ]);
  });
});
