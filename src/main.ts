#!/usr/bin/env node
import { leave } from './leave.ts';
import { abortOnSignals } from './signals.ts';

// Before anything else is imported, which takes a while: a signal that comes meanwhile is heard.
const signal = abortOnSignals(({ message, exitCode }) => {
  leave({ status: 'INTERRUPTED', error: `${message}, left at once` }, exitCode);
});

try {
  const { program } = await import('./program.ts');
  await program(process.argv.slice(2), signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  leave({ status: 'ERROR', error: `a fault of this program, please report it: ${error}` }, 1);
}
