import { COMMAND } from '../settings/command-line.ts';
import { DEFINITIONS, type Definition, FLAGS } from '../settings/schema.ts';
import { type Group, JOBS, type JobName } from '../settings/setting.ts';
import { labelled, paragraph } from './lines.ts';
import type { Page } from './page.ts';

const DOES: Readonly<Record<JobName, string>> = {
  counterfactual: 'would a simple rule have decided the same?',
  concordance: 'would a cheaper model have decided the same?',
  single: 'replays one artifact and shows both decisions',
  report: 'renders a run as one HTML file',
};

const HEADINGS: Readonly<Record<Group, string>> = {
  read: 'What is read:',
  write: 'What is written:',
  counterfactual: 'counterfactual:',
  concordance: 'concordance:',
  single: 'single:',
  verdicts: 'Verdicts:',
  money: 'Money:',
  machine: 'Machine:',
};

/** What each does, and the command. */
const EXAMPLES: readonly (readonly [string, string])[] = [
  [
    'the rules behind the decisions of the last eight weeks',
    'counterfactual --corpus s3://my-bucket/decision_artifacts',
  ],
  ['the same over a folder', 'counterfactual --corpus file:///in --out file:///out'],
  [
    'what it finds of one agent in a week, written nowhere',
    'counterfactual --agents ic_cio --window-days 7 --dry-run',
  ],
  ['what a replay would cost; calls no model', 'concordance --dry-run'],
  ['the replay at half the price, for 5 USD at most', 'concordance --transport batches --max-cost-usd 5'],
  ['no more replays of an agent than it takes to be sure', 'concordance --stop-when-sure'],
  ['how much agreement there was to have', 'concordance --ceiling 100 --persist-replays'],
  ['the newest run as one HTML file', 'report --out s3://my-bucket/decision_artifacts'],
  ['one decision beside the captured one', 'single --artifact-key 2026/07/10/ic_cio/2026-07-10.json'],
];

const WIDEST = 110;
const USUAL = 80;

/** Text of `--help`: of the whole program, or what a job takes, on one screen, that the command line begins with. */
export function helpText([word]: readonly string[]): string {
  const width = Math.min(WIDEST, process.stdout.columns || process.stderr.columns || USUAL);
  const page: Page = { width, paint: (_, text) => text };
  const job = JOBS.find((one) => one === word);
  return job ? jobHelp(job, page).join('\n') : wholeHelp(page);
}

function wholeHelp(page: Page): string {
  const commands = { ...DOES, completion: 'prints a script that completes commands in bash or zsh' };
  const parts = [
    [`${COMMAND} <job> [options]`],
    ['<job> --help shows what a job takes, on one screen.'],
    paragraph(
      'A flag beats its environment variable, which beats the default; REPLAY_JOB names the job.',
      page,
      0,
    ),
    section(
      'Commands:',
      Object.entries(commands).map(([command, does]) => [`${COMMAND} ${command}`, does]),
      page,
    ),
    ...flagSections(FLAGS, describe, page),
    ['Examples:', ...EXAMPLES.flatMap(([what, command]) => [`  # ${what}`, `  ${COMMAND} ${command}`])],
    ['By environment alone:', ...environmentLines(page)],
    [
      'Exit codes: 0 done (OK, PARTIAL), 1 failed, 2 bad setting, 75 failed but may succeed later, 130 and 143 interrupted.',
      'stdout carries one JSON document; everything else goes to stderr.',
    ].flatMap((text) => paragraph(text, page)),
  ];
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

/** A line a setting: what it is without the particulars, and its default. */
function jobHelp(job: JobName, page: Page): string[] {
  const own = FLAGS.filter(({ jobs }) => jobs.includes(job));
  const [, example] = EXAMPLES.find(([, command]) => command.startsWith(`${job} `)) ?? [];
  return [
    ...paragraph(`${COMMAND} ${job} [options]: ${DOES[job]}`, page),
    ...paragraph(example && `Such as: ${COMMAND} ${example}`, page),
    ...flagSections(own, briefly, page).flat(),
    ...paragraph(
      'In brackets: the default. By environment: the flag in capitals, as DRY_RUN, or what is named.',
      page,
    ),
    ...paragraph(`${COMMAND} --help has all of it: variables without a flag, exit codes, examples.`, page),
  ];
}

/** The flags by group, each of which has one, with what `textOf` says of them. */
function flagSections(flags: readonly Definition[], textOf: (one: Definition) => string, page: Page) {
  const groups = Map.groupBy(flags, ({ group }) => HEADINGS[group as Group]);
  return Array.from(groups, ([heading, own]) => {
    const items = own.map((one) => [`--${one.flag}`, textOf(one)] as const);
    return section(heading, items, page);
  });
}

/** Under a heading, names with a text beside each. */
function section(heading: string, items: readonly (readonly [string, string])[], page: Page): string[] {
  const column = Math.max(...items.map(([name]) => name.length)) + 4;
  return [heading, ...items.flatMap(([name, text]) => labelled(`  ${name}`, text, page, 'strong', column))];
}

function briefly({ description, flag, env, takes, default: fallback }: Definition): string {
  const [brief = ''] = description.split('; ');
  const [standard] = (fallback ?? '').split('; ');
  const named = env && env !== flag.replaceAll('-', '_').toUpperCase() ? [env] : [];
  const shown = standard && takes !== 'boolean' && standard !== 'none' ? [standard] : [];
  const facts = [...named, ...shown];
  return facts.length > 0 ? `${brief} [${facts.join('; ')}]` : brief;
}

function describe({ description, env, default: fallback }: Definition): string {
  const facts = [env && `env: ${env}`, fallback !== undefined && `default: ${fallback}`].filter(Boolean);
  return facts.length > 0 ? `${description} [${facts.join('] [')}]` : description;
}

/** The settings that have no flag. */
function environmentLines({ width }: Page): string[] {
  return DEFINITIONS.filter(({ given }) => given === 'environment').flatMap((definition) => {
    const { env, description, default: fallback } = definition;
    const known = fallback === undefined ? '' : ` [default: ${fallback}]`;
    return paragraph(`${env}: ${description}${known}`, { width: width - 2 }, 2).map((line) => `  ${line}`);
  });
}
