import { type Definition, FLAGS } from './schema.ts';
import { JOBS } from './setting.ts';

/** An installed script stays as it is: the name of its function and the flag are those that it always had. */
const BASH = `_replay-batch_yargs_completions() {
  mapfile -t COMPREPLY < <(replay-batch --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}")
}
complete -o bashdefault -o default -F _replay-batch_yargs_completions replay-batch
`;
const ZSH = `#compdef replay-batch
_replay-batch_yargs_completions() {
  local -a reply
  reply=(\${(f)"$(replay-batch --get-yargs-completions "\${words[@]}")"})
  if [[ \${#reply} -gt 0 ]]; then _describe values reply; else _default; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _replay-batch_yargs_completions "$@"
else compdef _replay-batch_yargs_completions replay-batch; fi
`;

/** The completion script of the shell, or what that script asks for by `--get-yargs-completions`. */
export function completion([command, , ...words]: readonly string[], { SHELL = '' } = process.env): string {
  if (command === 'completion') return SHELL.includes('zsh') ? ZSH : BASH;
  return completionsOf(words)
    .map((value) => `${escaped(value)}\n`)
    .join('');
}

/** What the last of the words, which may be unfinished, can be; the words stand behind the program's name. */
function completionsOf(words: readonly string[]): string[] {
  const { current, before, broken } = joined(words);
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

/** bash hands over `--flag=a:b` in five words, of which it completes the last: `broken` is what stands before that. */
function joined(words: readonly string[]) {
  const plain = words.map((word) => word.replaceAll('\\', ''));
  const before = plain
    .join('\n')
    .replace(/\n([=:])(\n|$)/g, '$1')
    .split('\n');
  const current = before.pop() ?? '';
  const [last = ''] = plain.slice(-1);
  return { current, before, broken: current.slice(0, current.length - last.length) };
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
