// `npm run schemas`: writes a JSON Schema of every published document, and the columns of every table, under schemas/.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { advice } from '../src/results/advice.ts';
import { analysis } from '../src/results/analysis.ts';
import { costRow } from '../src/results/cost-row.ts';
import { runEnvelope, runResult } from '../src/results/found.ts';
import { latestOf } from '../src/results/latest.ts';
import { metricsRow } from '../src/results/metrics.ts';
import { replay } from '../src/results/replay.ts';
import { summary } from '../src/results/summary.ts';
import { describeTable, TABLES } from './tables.ts';

/** Every published document, by its name; of the files that hold several, a row. */
export const DOCUMENTS = {
  advice,
  analysis,
  'analysis-latest': latestOf(analysis),
  summary,
  'summary-latest': latestOf(summary),
  replay,
  'cost-row': costRow,
  'metrics-row': metricsRow,
  envelope: runEnvelope,
  result: runResult,
} as const;

/** The files under schemas/, each with its text. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const files = Object.entries(DOCUMENTS).map(([name, document]) => {
    const schema = z.toJSONSchema(document, { io: 'input', reused: 'ref' });
    return [`schemas/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`];
  });
  const tables = TABLES.map((one) => {
    return [`schemas/table-${one[0].name}.json`, `${JSON.stringify(describeTable(one), null, 2)}\n`];
  });
  return Object.fromEntries([...files, ...tables]);
}

if (import.meta.main) {
  rmSync('schemas', { recursive: true, force: true });
  mkdirSync('schemas');
  for (const [path, text] of Object.entries(schemaFiles())) writeFileSync(path, text);
}
