import type { WriteStream } from 'node:tty';
import ora from 'ora';
import { printable } from '../shared/output.ts';
import type { Progress } from '../shared/progress.ts';
import { Steps } from '../shared/steps.ts';
import { paintFor } from './page.ts';
import { finishedLine, movingLine } from './step-line.ts';

/** Columns that a line has beside its text: ora's sign and two blanks, and the last one, at which terminals wrap. */
const MARGIN = 4;

/** A moving line for the step under way; of a finished one a short line stays. */
export function terminalProgress(stream: WriteStream): Progress {
  const paint = paintFor(stream);
  const steps = new Steps();
  const room = () => stream.columns - MARGIN;
  const spinner = ora({
    stream,
    discardStdin: false,
    // ora's own colours do not know which stream they are for.
    color: false,
    // A function is asked at every turn, for the time goes on and the terminal may change its width.
    suffixText: () => movingLine(steps, room()),
  });
  const persist = (symbol: string, text: string) =>
    spinner.stopAndPersist({ symbol, text: ` ${text}`, suffixText: '' });
  let underWay = false;
  return {
    steps: steps.finished,
    start(step, total) {
      steps.start(printable(step), total);
      underWay = true;
      if (spinner.isEnabled) spinner.start();
    },
    begin: (item) => void steps.begun.add(printable(item)),
    advance(items = 1, begun = '') {
      steps.done += items;
      steps.begun.delete(printable(begun));
    },
    finish() {
      underWay = false;
      persist(paint('good', '✔'), finishedLine(steps.finish(), room()));
    },
    stop() {
      if (!underWay) return;
      underWay = false;
      const { step, total, done, perSecond, begun } = steps;
      const line = movingLine({ step, total, done, perSecond, secondsLeft: undefined, begun }, room());
      persist(paint('bad', '✖'), line);
    },
  };
}
