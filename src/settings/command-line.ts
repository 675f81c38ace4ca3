import { parseArgs } from 'node:util';
import { SettingsError } from '../shared/errors.ts';
import { append } from '../shared/tally.ts';
import { didYouMean, nearest } from './nearest.ts';
import { type Definition, FLAGS, type SettingKey } from './schema.ts';

/** The program as it is started in its folder. */
export const COMMAND = 'node dist/main.js';

/** What the command line gave, as text, by setting; a flag that is repeated gives a list. */
export type Given = Partial<Record<SettingKey, string | string[]>>;

/** Splits the command line into settings, unvalidated. Throws SettingsError for an unknown flag, a second
 * word or a flag that needs a value and has none. */
export function readCommandLine(argv: readonly string[]): Given {
  const single = argv.find((word) => /^-[a-z]/i.test(word));
  if (single !== undefined) {
    throw new SettingsError(
      `expected flags of two dashes, found ${single}; did you mean -${single}? see --help`,
    );
  }
  const { words, texts } = split(argv);
  const [job, extra] = words;
  if (extra !== undefined) {
    throw new SettingsError(
      `expected one job and options, found a second word ${JSON.stringify(extra)}; see --help, and put a value with blanks in quotes`,
    );
  }
  const given: Given = job === undefined ? {} : { job };
  for (const [{ key, flag, takes }, found] of texts) {
    // An unset variable behind `--dry-run=` must not make the run a real one.
    if (found.some((text) => text.trim() === '')) throw withoutValue(flag);
    // A boolean may be repeated with the same value.
    const [text, ...others] = takes === 'boolean' ? new Set(found) : found;
    given[key] = text === undefined || others.length > 0 ? found : text;
  }
  return given;
}

/** The words of a command line, and the texts that each flag is given, in their order. */
function split(argv: readonly string[]) {
  const typeOf = ({ takes }: Definition) => (takes === 'boolean' ? 'boolean' : 'string');
  const { tokens } = parseArgs({
    args: argv.flatMap((word, index) => {
      if (isTruth(word) && isBoolean(argv[index - 1])) return [];
      const next = argv[index + 1];
      return isBoolean(word) && isTruth(next) ? `${word}=${next}` : word;
    }),
    options: Object.fromEntries(FLAGS.map((one) => [one.flag, { type: typeOf(one) }])),
    // What is wrong is told here.
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const texts = new Map<Definition, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, value, inlineValue } = token;
    const definition = definitionOf(name);
    // A value looks unlike another flag.
    const isValue = value !== undefined && (inlineValue || !value.startsWith('--'));
    if (!isValue && definition.takes !== 'boolean') throw withoutValue(name);
    append(texts, definition, value ?? 'true');
  }
  return { words, texts };
}

function isTruth(word: string | undefined): boolean {
  return word === 'true' || word === 'false';
}

function isBoolean(word: string | undefined): boolean {
  return FLAGS.some(({ flag, takes }) => takes === 'boolean' && word === `--${flag}`);
}

function definitionOf(name: string): Definition {
  const flags = FLAGS.map(({ flag }) => `--${flag}`);
  const definition = FLAGS.find(({ flag }) => flag === name);
  if (definition) return definition;
  const meant = didYouMean(nearest(`--${name}`, flags)) || ';';
  throw new SettingsError(`Unknown argument: ${name}${meant} see --help`);
}

function withoutValue(flag: string): SettingsError {
  return new SettingsError(`--${flag}: expected a value, found none; see --help`);
}
