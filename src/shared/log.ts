import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Logs JSON lines to `stream`, by default stderr. Synchronous, so that nothing is lost when the process ends. */
export function createLogger(stream: DestinationStream = pino.destination({ fd: 2, sync: true })): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
