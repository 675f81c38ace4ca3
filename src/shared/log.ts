import { type Logger, pino } from 'pino';

export type { Logger };

/** Logs to stderr: readable lines on a terminal, JSON lines elsewhere. Synchronous, so that nothing is lost
 * when the process ends. */
export async function createLogger(): Promise<Logger> {
  const stream = process.stderr.isTTY
    ? (await import('../terminal/log.ts')).readableLines(process.stderr)
    : pino.destination({ fd: 2, sync: true });
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
