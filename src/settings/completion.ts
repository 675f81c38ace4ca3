import yargs from 'yargs';
import { type Definition, FLAGS } from './schema.ts';
import { JOBS } from './setting.ts';

/** Prints the completion script of the shell, or what the shell asks for by `--get-yargs-completions`, and exits. */
export function complete(argv: readonly string[]): void {
  const [, , ...words] = argv;
  yargs([...argv])
    .scriptName('replay-batch')
    .help(false)
    .version(false)
    .completion('completion', (_current, _argv, done) => done(completionsOf(words).map(escaped)))
    .parse();
}

/** What the last of the words, which may be unfinished, can be; the words stand behind the program's name. */
function completionsOf(words: readonly string[]): string[] {
  const { current = '', before, broken } = joined(words);
  const [flag = '', typed] = current.split('=');
  if (typed !== undefined && flag.startsWith('--')) {
    return values(flag, typed).map((value) => `${flag}=${value}`.slice(broken.length));
  }
  const previous = flagOf(before.at(-1) ?? '');
  if (previous && previous.takes !== 'boolean') {
    return values(`--${previous.flag}`, current).map((value) => value.slice(broken.length));
  }
  const suggestions =
    before.length === 0 && !current.startsWith('-') ? [...JOBS, 'completion'] : unusedFlags(before);
  return suggestions.filter((suggestion) => suggestion.startsWith(current));
}

/** bash hands over `--flag=a:b` in five words, of which it completes the last. */
function joined(words: readonly string[]) {
  const whole: string[] = [];
  let broken = '';
  for (const [index, raw] of words.entries()) {
    const word = raw.replaceAll('\\', '');
    const glued = index > 0 && (isBreak(word) || isBreak(words[index - 1] as string));
    broken = glued ? `${whole.at(-1)}` : '';
    if (glued) whole.push(`${whole.pop()}${word}`);
    else whole.push(word);
  }
  const current = whole.pop();
  return { current, before: whole, broken };
}

function isBreak(word: string): boolean {
  return word === '=' || word === ':';
}

function values(flag: string, typed: string): string[] {
  const definition = flagOf(flag);
  if (!definition?.choices) return [];
  const listed = definition.takes === 'list' ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  const used = listed.split(',');
  return definition.choices
    .filter((choice) => !used.includes(choice))
    .map((choice) => `${listed}${choice}`)
    .filter((value) => value.startsWith(typed));
}

function unusedFlags(before: readonly string[]): string[] {
  const used = new Set(before.map((word) => word.split('=')[0]));
  const [job] = before;
  const own = FLAGS.filter(({ jobs }) => !JOBS.some((one) => one === job && !jobs.includes(one)));
  return [...own.map(({ flag }) => `--${flag}`), '--help', '--version'].filter((flag) => !used.has(flag));
}

function flagOf(word: string): Definition | undefined {
  return FLAGS.find(({ flag }) => word === `--${flag}`);
}

/** To the shells' scripts a colon has a meaning. */
function escaped(value: string): string {
  return value.replaceAll(':', '\\:');
}
