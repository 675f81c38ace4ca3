import { count, duration, rate } from '../shared/numbers.ts';
import type { FinishedStep, Steps } from '../shared/steps.ts';
import { truncate } from '../shared/truncate.ts';

const BAR_WIDTH = 20;
const SHORTEST_BAR = 5;
const NAME_WIDTH = 22;
const COUNT_WIDTH = 8;

const ITEM_WIDTH = 24;

type UnderWay = Pick<Steps, 'step' | 'total' | 'done' | 'perSecond' | 'secondsLeft' | 'begun'>;

/** The step under way in one line: as much of bar, count, rate, time left and what it is at as `width` has room for. */
export function movingLine(
  { step, total, done, perSecond, secondsLeft, begun }: UnderWay,
  width: number,
): string {
  const counts = total === undefined ? count(done) : `${count(done)}/${count(total)}`;
  const left = secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`];
  const [first, ...others] = begun;
  const more = others.length > 0 ? ` +${others.length}` : '';
  const at = first === undefined ? [] : [`${truncate(first, ITEM_WIDTH)}${more}`];
  const facts = [counts, ...(done > 0 ? [rate(perSecond)] : []), ...left, ...at].join('  ');
  const name = step.padEnd(width < 60 ? 0 : NAME_WIDTH);
  const room = Math.min(BAR_WIDTH, width - name.length - facts.length - 2);
  const bar = total === undefined || room < SHORTEST_BAR ? [] : [barOf(done / total, room)];
  return truncate([name, ...bar, facts].join(' '), width);
}

/** A finished step in one short line. */
export function finishedLine({ step, items, seconds }: FinishedStep, width: number): string {
  const name = width < 60 ? step : step.padEnd(NAME_WIDTH);
  const counts = width < 60 ? count(items) : count(items).padStart(COUNT_WIDTH);
  const pace = items > 0 && seconds > 0 ? `, ${rate(items / seconds)}` : '';
  const line = `${name} ${counts} in ${duration(seconds)}`;
  return line.length + pace.length > width ? truncate(line, width) : `${line}${pace}`;
}

function barOf(share: number, width: number): string {
  const full = Math.round(Math.min(1, share || 0) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
