import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS } from '../../scripts/schemas.ts';
import { fixtureRun } from '../e2e/fixture-run.ts';
import { filesUnder } from '../e2e/program.ts';
import { keysIn } from './walk.ts';

type Name = keyof typeof DOCUMENTS;

/** Which document a file holds; several where it has a row on each line. */
const FILES: readonly (readonly [RegExp, Name])[] = [
  [/^_counterfactual(_controls)?\/.*\/latest\.json$/, 'analysis-latest'],
  [/^_counterfactual(_controls)?\//, 'analysis'],
  [/^_replay_summary\/latest\.json$/, 'summary-latest'],
  [/^_replay_summary\//, 'summary'],
  [/^_replay\//, 'replay'],
  [/^_cost_raw\//, 'cost-row'],
  [/^_metrics\//, 'metrics-row'],
  [/^_replay_runs\/.*\.summary\.json$/, 'envelope'],
  [/^_replay_runs\/.*\.json$/, 'result'],
];
/** What is kept for the next run, and what people open. */
const NO_DOCUMENTS = /^_replay_(cache|shards|batches)\/|\.html$|\.metrics\.\d+\.json$/;

/** Every key of the document is one of its schema, under which it is written. */
function check(name: Name, value: unknown, where: string): void {
  const document = DOCUMENTS[name];
  expect(document.safeParse(value).error, where).toBeUndefined();
  keysIn(document, value);
}

async function checkFiles(root: string): Promise<Set<Name>> {
  const found = new Set<Name>();
  for (const key of await filesUnder(root)) {
    if (NO_DOCUMENTS.test(key)) continue;
    const [, name] = FILES.find(([form]) => form.test(key)) ?? [];
    if (!name) throw new Error(`expected a schema of ${key}, found none`);
    const text = await readFile(join(root, key), 'utf8');
    const documents = name.endsWith('-row') ? text.split('\n').filter(Boolean) : [text];
    for (const one of documents) check(name, JSON.parse(one), key);
    found.add(name);
  }
  return found;
}

describe('every file of a run over the fixtures is of its schema, and has no other key', () => {
  it.each(['counterfactual', 'concordance'] as const)('%s', async (job) => {
    const { out, envelope } = await fixtureRun(job);
    expect(await checkFiles(out)).toContain('result');
    check('envelope', envelope, 'stdout');
  });
});
