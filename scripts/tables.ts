// What schemas/ and docs/ say of the tables, made from their columns in src/results/tables.ts.
import { FAMILIES } from '../src/agents/registry.ts';
import { AGENTS, AGREEMENTS, type Columns, inputColumns, ROWS, type Table } from '../src/results/tables.ts';

/** The tables, each with the form of its keys. */
export const TABLES: readonly (readonly [Table, string])[] = [
  [AGENTS, '_tables/agents/run_id={run_id}/{job}.parquet'],
  [AGREEMENTS, '_tables/agreements/run_id={run_id}/{model}.parquet'],
  [ROWS, '_tables/rows/agent={agent}/run_id={run_id}/part-{n}.parquet'],
];

const SUBJECTS = FAMILIES.flatMap(({ captured }) => captured.subjects);

/** The columns of one agent's rows. */
function rowColumns({ features }: (typeof SUBJECTS)[number]): Columns {
  return { ...ROWS.columns, ...inputColumns(features) };
}

/** A table for programs. */
export function describeTable([table, key]: (typeof TABLES)[number]): object {
  const { name, schemaVersion, partitions, columns } = table;
  const listed = (some: Columns) => Object.entries(some).map(([column, rest]) => ({ name: column, ...rest }));
  const inputs = Object.fromEntries(SUBJECTS.map(({ id, features }) => [id, listed(inputColumns(features))]));
  const described = { table: name, schema_version: schemaVersion, key, partitions, columns: listed(columns) };
  return table === ROWS ? { ...described, columns_by_agent: inputs } : described;
}

/** A table for people. */
export function tableOfColumns({ name, columns }: Table): string {
  const head = [`### \`${name}\``, '', '| column | type | unit or range | meaning |', '|---|---|---|---|'];
  const rows = Object.entries(columns).map(
    ([column, { type, unit, description }]) => `| \`${column}\` | ${type} | ${unit ?? ''} | ${description} |`,
  );
  return [...head, ...rows].join('\n');
}

/** Makes a table known to Athena. */
export function athenaTable(name: string, columns: Columns, folder: string): string {
  const fields = Object.entries(columns).map(([column, { type }]) => `  \`${column}\` ${type.toLowerCase()}`);
  return [
    `CREATE EXTERNAL TABLE \`${name}\` (`,
    fields.join(',\n'),
    ')',
    'PARTITIONED BY (`run_id` string)',
    'STORED AS PARQUET',
    `LOCATION 's3://BUCKET/decision_artifacts/_tables/${folder}/';`,
  ].join('\n');
}

/** The tables of all agents' rows, for Athena. */
export function athenaRows(): string {
  const made = SUBJECTS.map((subject) => {
    const agent = subject.id.replaceAll(':', '-');
    return athenaTable(`rows_${agent.replaceAll('-', '_')}`, rowColumns(subject), `rows/agent=${agent}`);
  });
  const head = '-- Made by `npm run docs`: one table an agent. docs/tables.md says how to use them.';
  return `${[head, ...made].join('\n\n')}\n`;
}
