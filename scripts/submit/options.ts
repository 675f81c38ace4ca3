import { parseArgs } from 'node:util';
import { z } from 'zod';
import { flag, nonEmpty, wholeNumber } from '../../src/settings/values.ts';
import { SettingsError } from '../../src/shared/errors.ts';
import { helpText } from '../../src/terminal/help.ts';

const schema = z.object({
  queue: nonEmpty('the name or ARN of a job queue'),
  definition: nonEmpty('a job definition, name or name:revision or ARN'),
  /** 10,000 is Batch's own limit. */
  array: wholeNumber(1, 10_000).default(1),
  wait: flag(),
  logs: flag(),
  dryRun: flag(),
});

export type Options = z.output<typeof schema>;

const FLAGS = {
  queue: { key: 'queue', type: 'string' },
  definition: { key: 'definition', type: 'string' },
  array: { key: 'array', type: 'string' },
  wait: { key: 'wait', type: 'boolean' },
  logs: { key: 'logs', type: 'boolean' },
  'dry-run': { key: 'dryRun', type: 'boolean' },
} as const;

const USAGE = `npm run submit -- <job> --queue Q --definition D [job options] [options] [-- job options]

Submits a job to AWS Batch with the credentials and region the AWS SDK finds. Job options are checked as the program
checks them, before anything is sent, and go to the container as environment; the environment of this shell does not.
A window end that is not given is fixed now, for all attempts and array children.

  --queue       Job queue, name or ARN
  --definition  Job definition, name (its newest active revision), name:revision or ARN
  --array N     Array job of N children, then the run that folds their work up; 1 is a plain job. With --wait the
                fold is submitted when the array has ended, however it ended. Without, it runs only when all
                children succeed
  --wait        Follow the job to its end, print its result, exit with its exit code
  --logs        With the last lines of its log; implies --wait
  --dry-run     Print what would be submitted, send nothing: no queue or definition is looked up.
                The job's own --dry-run goes behind a --:
                npm run submit -- counterfactual --queue Q --definition D -- --dry-run

Job options are those of the program itself:

`;

export async function usage(): Promise<string> {
  return USAGE + (await helpText([]));
}

/** Takes this script's own options out of a command line; what is left, and all behind a `--`, is the job's. Throws
 * SettingsError. */
export function readOptions(argv: readonly string[]): { options: Options; jobArgv: string[] } {
  const { tokens } = parseArgs({ args: [...argv], options: FLAGS, strict: false, tokens: true });
  const own = new Set<number>();
  const raw: Record<string, string | string[]> = {};
  for (const token of tokens) {
    // To parseArgs -dry-run holds one, too.
    if (token.kind === 'option-terminator' && argv[token.index] === '--') own.add(token.index);
    if (token.kind !== 'option' || !Object.hasOwn(FLAGS, token.name)) continue;
    const { key, type } = FLAGS[token.name as keyof typeof FLAGS];
    own.add(token.index);
    if (token.value !== undefined && !token.inlineValue) own.add(token.index + 1);
    const value = token.value ?? (type === 'boolean' ? 'true' : '');
    raw[key] = raw[key] === undefined ? value : [raw[key], value].flat();
  }
  for (const [name, { key }] of Object.entries(FLAGS)) {
    const isNeeded = name === 'queue' || name === 'definition';
    // An unset variable behind `--dry-run=` must submit nothing.
    const isBlank = [raw[key] ?? []].flat().some((value) => value.trim() === '');
    if (isBlank || (isNeeded && !raw[key]))
      throw new SettingsError(`--${name}: expected a value, found none; see --help`);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = Object.entries(FLAGS).find(([, { key }]) => key === issue?.path[0])?.[0];
    throw new SettingsError(`--${name}: ${issue?.message}; see --help`);
  }
  return { options: parsed.data, jobArgv: argv.filter((_, index) => !own.has(index)) };
}
