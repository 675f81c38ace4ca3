import type { Logger } from './log.ts';
import { type FinishedStep, Steps } from './steps.ts';

const LOG_EVERY_MS = 10_000;

/** Tells how far a run is: a moving line on a terminal, a log line now and then elsewhere. */
export interface Progress {
  /** Begins a step of `total` items, or of an unknown number. */
  start(step: string, total?: number): void;
  /** Names an item that is begun. */
  begin(item: string): void;
  /** Of one item by its name, where it was begun by one. */
  advance(items?: number, begun?: string): void;
  /** Ends the step under way. */
  finish(): void;
  /** Leaves the step under way, if there is one, as it is: the run ends in it. */
  stop(): void;
  /** The finished steps, in order. */
  readonly steps: readonly FinishedStep[];
}

/** JSON lines: one a finished step, and now and then one for the step under way. */
export function loggedProgress(log: Pick<Logger, 'info'>): Progress {
  const steps = new Steps();
  let loggedAt = 0;
  return {
    steps: steps.finished,
    start(step, total) {
      steps.start(step, total);
      loggedAt = performance.now();
    },
    begin: (item) => void steps.begun.add(item),
    advance(items = 1, begun = '') {
      steps.done += items;
      steps.begun.delete(begun);
      if (performance.now() - loggedAt <= LOG_EVERY_MS) return;
      loggedAt = performance.now();
      const { step, done, total, perSecond, secondsLeft } = steps;
      const left = secondsLeft === undefined ? {} : { seconds_left: Math.round(secondsLeft) };
      const at = steps.begun.size > 0 ? { at: [...steps.begun].join(', ') } : {};
      log.info(
        { step, done, total, per_second: Number(perSecond.toPrecision(2)), ...left, ...at },
        'progress',
      );
    },
    finish() {
      const { step, items, seconds } = steps.finish();
      log.info({ step, done: items, seconds }, 'step done');
    },
    stop() {},
  };
}
