import type { Logger } from './log.ts';

const LOG_EVERY_MS = 10_000;
const BAR_WIDTH = 20;

/** Tells how far a run is: a moving line on a terminal, a log line now and then elsewhere. */
export interface Progress {
  /** Begins a step of `total` items, or of an unknown number. */
  start(step: string, total?: number): void;
  advance(items?: number): void;
  /** Ends the step under way. */
  finish(): void;
}

export async function createProgress(log: Logger): Promise<Progress> {
  // A terminal without a size, as under `docker run -t` from a script, would make ora clear lines for ever.
  const isTerminal = process.stderr.isTTY && process.stderr.columns > 0;
  const ora = isTerminal ? (await import('ora')).default : undefined;
  const spinner = ora?.({ stream: process.stderr, discardStdin: false });
  let step = '';
  let total: number | undefined;
  let done = 0;
  let startedAt = 0;
  let loggedAt = 0;

  const perSecond = () => Math.round(done / Math.max((performance.now() - startedAt) / 1000, 0.001));
  const counted = () => (total === undefined ? `${done}` : `${barOf(done / total)} ${done}/${total}`);
  const line = () => `${step} ${counted()} (${perSecond()}/s)`;

  return {
    start(name, of) {
      [step, total, done] = [name, of, 0];
      startedAt = performance.now();
      loggedAt = startedAt;
      spinner?.start(line());
    },
    advance(items = 1) {
      done += items;
      if (spinner) spinner.text = line();
      else if (performance.now() - loggedAt > LOG_EVERY_MS) {
        loggedAt = performance.now();
        log.info({ step, done, total, per_second: perSecond() }, 'progress');
      }
    },
    finish() {
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      spinner?.succeed(line());
      if (!spinner) log.info({ step, done, seconds }, 'step done');
    },
  };
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, share || 0) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
