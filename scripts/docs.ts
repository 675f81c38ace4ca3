// `npm run docs`: writes the parts of the documentation that are made from code.
import { readFileSync, writeFileSync } from 'node:fs';
import { AGENTS, AGREEMENTS } from '../src/results/tables.ts';
import { DEFINITIONS, type Definition } from '../src/settings/schema.ts';
import { JOBS } from '../src/settings/setting.ts';
import { sentencesPage } from './sentences.ts';
import { athenaRows, athenaTable, TABLES, tableOfColumns } from './tables.ts';

/** Files that hold something made from code, each with the content that it should have. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'README.md': withSettings(readFileSync('README.md', 'utf8')),
    'docs/sentences.md': sentencesPage(),
    'docs/tables.md': withTables(readFileSync('docs/tables.md', 'utf8')),
    'docs/tables-rows.sql': athenaRows(),
  };
}

/** A page with `content` between its two comments of this name. */
function between(page: string, name: string, content: string): string {
  const [before, , after] = page.split(new RegExp(`(?<=<!-- ${name} -->\\n)|(?=<!-- /${name} -->)`));
  if (after === undefined) throw new Error(`expected <!-- ${name} --> and <!-- /${name} -->, found one less`);
  return `${before}${content}\n${after}`;
}

/** The page on tables with their columns, and what Athena is told of two of them. */
function withTables(page: string): string {
  const columns = TABLES.map(([table]) => tableOfColumns(table)).join('\n\n');
  const athena = [AGENTS, AGREEMENTS].map(({ name, columns }) => athenaTable(name, columns, name));
  const blocks = athena.map((sql) => `\`\`\`sql\n${sql}\n\`\`\``).join('\n\n');
  return between(between(page, 'columns', columns), 'athena', blocks);
}

/** The README with a new table of settings. */
function withSettings(readme: string): string {
  const head = ['| flag | environment | default | jobs | meaning |', '|---|---|---|---|---|'];
  return between(readme, 'settings', [...head, ...DEFINITIONS.map(rowOf)].join('\n'));
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
