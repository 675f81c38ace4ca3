import yargs from 'yargs';
import { SettingsError } from '../shared/errors.ts';
import { didYouMean, nearest } from './nearest.ts';
import { FLAGS, type SettingKey } from './schema.ts';

/** The program as it is started in its folder. */
export const COMMAND = 'node dist/main.js';

/** What the command line gave, as text, by setting. */
export type Given = Partial<Record<SettingKey, string | string[]>>;

/** The parser of a command line, without help. Throws SettingsError from its `parseSync`. */
export function parser(argv: readonly string[]) {
  const options = FLAGS.map(({ flag, takes }) => {
    const form = takes === 'boolean' ? { boolean: true } : { string: true, requiresArg: true };
    return [flag, form] as const;
  });
  return yargs([...argv])
    .scriptName(COMMAND)
    .locale('en')
    .options(Object.fromEntries(options))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
    })
    .strictOptions()
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw new SettingsError(complaint((message ?? error.message).replaceAll('\n', ' ')));
    });
}

/** What yargs says of a command line, as this program says it. */
function complaint(message: string): string {
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) {
    const flags = FLAGS.map(({ flag }) => `--${flag}`);
    return `${message}${didYouMean(nearest(`--${unknown}`, flags)) || ';'} see --help`;
  }
  const [, bare] = /^Not enough arguments following: (.+)/.exec(message) ?? [];
  if (bare !== undefined) return withoutValue(bare);
  return `${message}; see --help`;
}

function withoutValue(flag: string): string {
  return `--${flag}: expected a value, found none; see --help`;
}

/** Splits the command line into settings, unvalidated. Throws SettingsError for an unknown flag, a second
 * word or a flag that needs a value and has none. */
export function readCommandLine(argv: readonly string[]): Given {
  // yargs would take `-dry-run=` for `--dry-run`, but not for an empty one.
  const single = argv.find((word) => /^-[a-z]/i.test(word));
  if (single !== undefined) {
    throw new SettingsError(
      `expected flags of two dashes, found ${single}; did you mean -${single}? see --help`,
    );
  }
  const parsed = parser(argv).parseSync() as Record<string, unknown> & { _: (string | number)[] };
  const [job, extra] = parsed._.map(String);
  if (extra !== undefined) {
    throw new SettingsError(
      `expected one job and options, found a second word ${JSON.stringify(extra)}; see --help, and put a value with blanks in quotes`,
    );
  }
  const given: Given = job === undefined ? {} : { job };
  for (const { flag, key, takes } of FLAGS) {
    const value = takes === 'boolean' ? booleanText(argv, flag) : parsed[flag];
    if (value === undefined) continue;
    // An unset variable behind `--dry-run=` must not make the run a real one.
    if ([value].flat().some((one) => String(one).trim() === '')) throw new SettingsError(withoutValue(flag));
    given[key] = value as string | string[];
  }
  return given;
}

/** A boolean's own texts, each once: yargs would read `--dry-run=maybe` as false, and of several take the last. */
function booleanText(argv: readonly string[], flag: string): string[] | string | undefined {
  const texts = argv.flatMap((word, index) => {
    if (word.startsWith(`--${flag}=`)) return word.slice(flag.length + 3);
    if (word !== `--${flag}`) return [];
    return argv[index + 1] === 'false' ? 'false' : 'true';
  });
  const [only, ...others] = new Set(texts);
  return others.length > 0 ? texts : only;
}
