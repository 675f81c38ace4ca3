import { isatty } from 'node:tty';
import { writeOutput } from './output.ts';
import { sourceStack } from './source-stack.ts';

let hasExited = false;

/** Ends the process with one document on stdout: the first to leave has the word. `afterwards` may then show something
 * on stderr. JSON is indented on a terminal and one line elsewhere, where a log would make an event of each line. */
export function exitWith(document: object | string, exitCode: number, afterwards?: () => void): never {
  if (!hasExited) {
    hasExited = true;
    const indent = isatty(1) ? 2 : undefined;
    const text = typeof document === 'string' ? document : JSON.stringify(document, null, indent);
    writeOutput(1, `${text}\n`);
    try {
      afterwards?.();
    } catch (error) {
      // The exit code stands.
      logFault(error);
    }
  }
  process.exit(exitCode);
}

/** Says on stderr, where the log may be missing, what nobody expected: one line of JSON, or a stack on a terminal. */
export function logFault(error: unknown): void {
  const text = error instanceof Error ? sourceStack(`${error.stack}`) : `${error}`;
  const record = { level: 'fatal', time: new Date().toISOString(), msg: text };
  writeOutput(2, `${isatty(2) ? text : JSON.stringify(record)}\n`);
}
