#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { exitWith, logFault } from './shared/exit.ts';
import { unsupportedNode } from './shared/node-version.ts';
import { lacksResources } from './shared/resources.ts';
import { abortOnSignals } from './shared/signals.ts';

// Older versions parse this file and its static imports first: these hold no syntax that Node 14.8 does not know.
const fault = unsupportedNode();
if (fault) {
  logFault(fault);
  exitWith({ status: 'ERROR', error: fault }, 2);
}

// A reader of stderr that has gone away ends no run.
process.stderr.on('error', () => {});

// The next start finds these modules compiled, where this folder can be written. Threads take it from the environment.
// Dry runs write no file. The build compiles all that a shell-run imports: that one finds it, and adds nothing.
const { DRY_RUN, DRY_RUN_LLM } = process.env;
const isDry = DRY_RUN || DRY_RUN_LLM || process.argv.some((word) => word.startsWith('--dry-run'));
const compiled = fileURLToPath(new URL(`.cache/${process.version}`, import.meta.url));
if (!isDry || (DRY_RUN_LLM && existsSync(compiled))) {
  process.env.NODE_COMPILE_CACHE ??= compiled;
  module.enableCompileCache();
}

// Before anything else is imported, which takes a while: a signal that comes meanwhile is heard.
const signal = abortOnSignals(({ message, exitCode }) => {
  exitWith(
    {
      status: 'INTERRUPTED',
      error: `${message}, left at once; finished work is kept, the same command goes on from there`,
    },
    exitCode,
  );
});

try {
  const argv = process.argv.slice(2);
  if (argv[0] === 'completion' || argv[0] === '--get-yargs-completions') {
    const { completion } = await import('./settings/completion.ts');
    process.stdout.write(completion(argv));
  } else {
    const { program } = await import('./program.ts');
    await program(argv, signal);
  }
} catch (error) {
  logFault(error);
  const lacks = lacksResources(error);
  const reason = lacks
    ? 'this process lacks memory or open files'
    : 'a fault of this program, please report it';
  exitWith({ status: 'ERROR', error: `${reason}: ${error}` }, lacks ? 75 : 1);
}
