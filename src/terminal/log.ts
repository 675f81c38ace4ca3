import { prettyFactory } from 'pino-pretty';

/** Where pino writes on a terminal: readable lines, without what is nought and without the time, which whoever looks on
 * knows. They go through the stream's own `write`, where ora sees them and moves its line out of the way. */
export function readableLines(stream: NodeJS.WritableStream): { write(line: string): void } {
  const pretty = prettyFactory({
    singleLine: true,
    colorize: !process.env.NO_COLOR,
    ignore: 'time',
    customPrettifiers: {
      level: (level, _key, _log, { labelColorized }) => (String(level) === '30' ? '' : labelColorized),
    },
  });
  return {
    write(line) {
      const facts = Object.entries(JSON.parse(line)).filter(([, fact]) => fact !== 0);
      stream.write(pretty(Object.fromEntries(facts)));
    },
  };
}
