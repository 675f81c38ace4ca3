// `npm run submit -- <job> --queue Q --definition D …`: submits a job by hand, follows it, prints its result.
import { ReplayError } from '../src/shared/errors.ts';
import { exitWith } from '../src/shared/exit.ts';
import { writeOutput } from '../src/shared/output.ts';
import { abortOnSignals, Interruption } from '../src/shared/signals.ts';
import { usage } from './submit/options.ts';
import { submit } from './submit/submit.ts';

const argv = process.argv.slice(2);
const signal = abortOnSignals(({ message, exitCode }) => {
  exitWith({ status: 'INTERRUPTED', error: `${message}, left at once` }, exitCode);
});

if (argv.includes('--help')) exitWith(await usage(), 0);
try {
  const { document, exitCode } = await submit(argv, signal);
  exitWith(document, exitCode);
} catch (error) {
  if (error instanceof Interruption) {
    exitWith({ status: 'INTERRUPTED', error: `${error.message}, nothing was submitted` }, error.exitCode);
  }
  if (!(error instanceof ReplayError)) throw error;
  writeOutput(2, `${error.message}\n`);
  exitWith({ status: 'ERROR', error: error.message }, error.exitCode);
}
