import { type DestinationStream, type Logger, pino } from 'pino';
import { writeOutput } from './output.ts';
import { sourceStack } from './source-stack.ts';

export type { Logger };

function err(error: Error) {
  const facts = pino.stdSerializers.err(error);
  return { ...facts, stack: sourceStack(facts.stack) };
}

/** Writes at once, so that nothing is lost when the process ends. */
const STDERR: DestinationStream = { write: (line) => writeOutput(2, line) };

/** Logs JSON lines to `stream`, by default stderr. */
export function createLogger(stream = STDERR): Logger {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err },
    },
    stream,
  );
}
