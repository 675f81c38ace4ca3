import { describe, expect, it } from 'vitest';
import { finishedLine, movingLine } from '../../src/terminal/step-line.ts';

const WIDTHS = [1, 10, 20, 40, 60, 80, 200];

const calls = {
  step: 'look up finished calls',
  total: 12_345,
  done: 2_469,
  perSecond: 4.25,
  secondsLeft: 200,
  begun: new Set<string>(),
};

describe('the line of a step under way', () => {
  it('has bar, count, rate and time left', () => {
    expect(movingLine(calls, 80)).toBe(
      'look up finished calls ████░░░░░░░░░░░░░░░░ 2,469/12,345  4.3/s  3 min 20 s left',
    );
  });

  it.each(WIDTHS)('fits %i columns', (width) => {
    expect([...movingLine(calls, width)].length).toBeLessThanOrEqual(width);
  });

  it('gives up the bar first', () => {
    expect(movingLine({ ...calls, step: 'call models' }, 42)).toBe(
      'call models 2,469/12,345  4.3/s  3 min 20…',
    );
  });

  it('has neither bar nor time left where nobody knows how much there is', () => {
    const listing = {
      step: 'list artifacts',
      total: undefined,
      done: 643,
      perSecond: 8_571,
      secondsLeft: undefined,
      begun: new Set<string>(),
    };
    expect(movingLine(listing, 80)).toBe('list artifacts         643  8,571/s');
  });

  it('names what it is at, that which takes longest first', () => {
    const begun = new Set(['sector_quant', 'ic_cio', 'a']);
    const fits = { step: 'fit rules', total: 13, done: 2, perSecond: 0.5, secondsLeft: 22, begun };
    expect(movingLine(fits, 80)).toBe(
      'fit rules              ███░░░░░░░░░░░░░░ 2/13  0.5/s  22 s left  sector_quant +2',
    );
  });

  it('has no rate before anything is done', () => {
    const idle = {
      step: 'fit rules',
      total: 13,
      done: 0,
      perSecond: 0,
      secondsLeft: undefined,
      begun: new Set<string>(),
    };
    expect(movingLine(idle, 80)).toBe(`fit rules              ${'░'.repeat(20)} 0/13`);
  });
});

describe('the line of a finished step', () => {
  it('has count, seconds and rate', () => {
    expect(finishedLine({ step: 'fit rules', items: 13, seconds: 6.86 }, 80)).toBe(
      'fit rules                    13 in 6.9 s, 1.9/s',
    );
  });

  it.each(WIDTHS)('fits %i columns', (width) => {
    const line = finishedLine({ step: 'look up finished calls', items: 12_345, seconds: 4000 }, width);
    expect([...line].length).toBeLessThanOrEqual(width);
  });
});
