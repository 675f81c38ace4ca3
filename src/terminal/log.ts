import { prettyFactory } from 'pino-pretty';
import { printableDeep } from '../shared/output.ts';
import { hasColours } from './page.ts';

/** What whoever looks on knows: the time, and which run it is. */
const KNOWN = ['time', 'job', 'run_key', 'attempt', 'array_index'];

/** Where pino writes on a terminal: readable lines, without what is nought or known. They go through the stream's own
 * `write`, where ora sees them and moves its line out of the way. */
export function readableLines(stream: NodeJS.WritableStream): { write(line: string): void } {
  const pretty = prettyFactory({
    singleLine: true,
    colorize: hasColours(stream),
    ignore: KNOWN.join(),
    customPrettifiers: {
      level: (level, _key, _log, { labelColorized }) => (String(level) === 'info' ? '' : labelColorized),
    },
  });
  return {
    write(line) {
      const facts = Object.entries(printableDeep(JSON.parse(line))).filter(([, fact]) => fact !== 0);
      stream.write(pretty(Object.fromEntries(facts)));
    },
  };
}
