import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cell, Column, Columns, Row, Table } from '../results/tables.ts';
import { PACKAGE_VERSION } from '../shared/version.ts';

/** Rows encoded at once: more would only take more memory. */
const GROUP = 5_000;

export const PARQUET_TYPE = { contentType: 'application/vnd.apache.parquet' };

/** What only a run with tables needs. */
export const importParquet = () => import('hyparquet-writer');

/** What the columns of a table hold in a row. */
export type Cells<C extends Columns> = { readonly [Name in keyof C]: (row: number) => Cell<C[Name]> };

/** The cells of rows that are there. */
export function cellsOf<C extends Columns>({ columns }: Table<C>, rows: readonly Row<C>[]): Cells<C> {
  const readers = Object.keys(columns).map((name) => [
    name,
    (row: number) => rows[row]?.[name as keyof Row<C>],
  ]);
  return Object.fromEntries(readers);
}

/** A Parquet file with the rows `from` to `to`, the latter left out. Throws the signal's reason when aborted. */
export async function parquetOf<C extends Columns>(
  { name, schemaVersion, columns }: Pick<Table<C>, 'name' | 'schemaVersion' | 'columns'>,
  cells: Cells<C>,
  [from, to]: readonly [number, number],
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await importParquet();
  const writer = new ByteWriter();
  const all = Object.entries<Column>(columns);
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'row', num_children: all.length }, ...all.map(elementOf)],
    // They let a reader skip row groups. A file has few, and they would take a fifth of the time.
    statistics: false,
    createdBy: `replay-batch version ${PACKAGE_VERSION}`,
    kvMetadata: [
      { key: 'table', value: name },
      { key: 'schema_version', value: String(schemaVersion) },
      { key: 'program_version', value: PACKAGE_VERSION },
    ],
  });
  for (let first = from; first < to; first += GROUP) {
    const end = Math.min(first + GROUP, to);
    const columnData = all.map(([column, { type }]) => ({
      name: column,
      data: stored(type, cells[column] as Cells<Columns>[string], first, end),
    }));
    await file.write({ columnData, rowGroupSize: GROUP });
    await nextTurn();
    signal?.throwIfAborted();
  }
  await file.finish();
  // Without the room that the writer has left to grow.
  return writer.getBytes().slice();
}

/** A column as the writer takes it: row by row, a table of thousands would be made twice. */
function stored(type: Column['type'], cellAt: Cells<Columns>[string], first: number, end: number) {
  const values: (Cell<Column> | bigint | null)[] = [];
  for (let row = first; row < end; row += 1) {
    const value = cellAt(row) ?? null;
    if (value === null || Number.isNaN(value)) values.push(null);
    else values.push(type === 'TIMESTAMP' ? BigInt(Math.round(value as number)) : value);
  }
  return values;
}

/** Times are local ones of UTC: a query reads the same in whatever zone it is made. */
const TYPES = {
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  TIMESTAMP: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
  },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
} as const;

function elementOf([name, { type, nullable }]: [string, Column]) {
  const repetition_type = nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const);
  return { name, repetition_type, ...TYPES[type] };
}
