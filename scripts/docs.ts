// `npm run docs`: writes the parts of the documentation that are made from code.
import { readFileSync, writeFileSync } from 'node:fs';
import { DEFINITIONS, type Definition } from '../src/settings/schema.ts';
import { JOBS } from '../src/settings/setting.ts';
import { sentencesPage } from './sentences.ts';

/** Files that hold something made from code, each with the content that it should have. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'README.md': withSettings(readFileSync('README.md', 'utf8')),
    'docs/sentences.md': sentencesPage(),
  };
}

/** The README with a new table of settings between its two comments. */
function withSettings(readme: string): string {
  const [before, , after] = readme.split(/(?<=<!-- settings -->\n)|(?=<!-- \/settings -->)/);
  if (after === undefined) throw new Error('README.md: expected <!-- settings --> and <!-- /settings -->');
  const head = ['| flag | environment | default | jobs | meaning |', '|---|---|---|---|---|'];
  return `${before}${[...head, ...DEFINITIONS.map(rowOf)].join('\n')}\n${after}`;
}

function rowOf({ flag, given, env, default: fallback, jobs, description }: Definition): string {
  const name = given === 'first word' ? '(first word)' : given === 'environment' ? '–' : `\`--${flag}\``;
  const users = jobs.length === JOBS.length ? 'all' : jobs.join(', ');
  const cells = [name, env ? `\`${env}\`` : '–', fallback ?? '–', users, description];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) {
  for (const [path, content] of Object.entries(generatedFiles())) writeFileSync(path, content);
}
