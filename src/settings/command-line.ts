import yargs from 'yargs';
import { SettingsError } from '../errors.ts';
import { DEFINITIONS, JOBS, type RawSettings } from './schema.ts';

/** What the command line gave, as text, by setting. */
export type Given = Partial<Record<keyof RawSettings, string | string[]>>;

const flags = DEFINITIONS.filter((definition) => definition.given === undefined);

const environmentOnly = DEFINITIONS.filter(({ given }) => given === 'environment').map(
  ({ env, description, default: fallback }) =>
    `  ${env}  ${description}${fallback === undefined ? '' : ` [default: ${fallback}]`}`,
);

function parser(argv: readonly string[]) {
  const options = flags.map(({ flag, description, env, default: fallback, takes }) => {
    const facts = [env && `env: ${env}`, fallback !== undefined && `default: ${fallback}`].filter(Boolean);
    const described = facts.length > 0 ? `${description} [${facts.join('] [')}]` : description;
    const form = takes === 'boolean' ? { boolean: true } : { string: true, requiresArg: true };
    return [flag, { describe: described, ...form, defaultDescription: '' }] as const;
  });
  return yargs([...argv])
    .scriptName('replay-batch')
    .usage(
      `$0 <job> [options]\n\nJobs: ${JOBS.join(', ')} [env: REPLAY_JOB]\nA flag beats its environment variable, which beats the default.`,
    )
    .epilog(`By environment alone:\n${environmentOnly.join('\n')}`)
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
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw new SettingsError(`${(message ?? error.message).replaceAll('\n', ' ')}; see --help`);
    });
}

/** Text of `--help`. */
export function helpText(): Promise<string> {
  return parser([]).getHelp();
}

/** Splits the command line into settings, unvalidated. Throws SettingsError for an unknown flag, a second
 * word or a flag that needs a value and has none. */
export function readCommandLine(argv: readonly string[]): Given {
  const parsed = parser(argv).parseSync() as Record<string, unknown> & { _: (string | number)[] };
  const [job, extra] = parsed._.map(String);
  if (extra !== undefined) {
    throw new SettingsError(`expected one job and options, found a second word ${JSON.stringify(extra)}`);
  }
  const given: Given = job === undefined ? {} : { job };
  for (const { flag, key, takes } of flags) {
    const value = takes === 'boolean' ? booleanText(argv, flag, parsed[flag]) : parsed[flag];
    if (value !== undefined) given[key] = value as string | string[];
  }
  return given;
}

/** A boolean's own text: yargs would read `--dry-run=maybe` as false. */
function booleanText(argv: readonly string[], flag: string, value: unknown): string | string[] | undefined {
  if (value === undefined) return undefined;
  const texts = argv
    .filter((word) => word.startsWith(`--${flag}=`))
    .map((word) => word.slice(flag.length + 3));
  return texts.length > 0 ? texts.at(-1) : String([value].flat().at(-1));
}
