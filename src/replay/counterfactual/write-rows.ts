import pMap from 'p-map';
import { clusterOf, type Entry, type Listing } from '../../corpus/listing.ts';
import type { Files } from '../../publish/files.ts';
import { PARQUET_TYPE, parquetOf } from '../../publish/parquet.ts';
import { inputColumn, inputColumns, ROWS, type Row, rowsFolder, rowsKey } from '../../results/tables.ts';
import { blocks, rowsByRun } from '../../rules/evaluation/folds.ts';
import { giveBackMemory } from '../../shared/give-back-memory.ts';
import type { Run } from '../ingest/run.ts';
import type { SubjectFit } from './fit-subjects.ts';

/** Rows of one file: all of an agent's in one would be a large buffer. */
const PART = 50_000;
/** One is encoded while others are sent. */
const FILES_AT_ONCE = 4;

/** Where rows come from, and when that was captured. */
interface Captures {
  readonly listing: Listing;
  /** Ms since 1970 of a position in the listing; NaN where that is not known. */
  capturedAt(entry: number): number;
}

/** Writes a table of each agent's decisions: what was known at each, and what rules that had not seen it say. A part that
 * an earlier run with this run id left, and this one has no rows for, becomes empty. */
export async function writeRows(
  { runId, out, progress, signal }: Run,
  files: Files,
  fits: readonly SubjectFit[],
  captures: Captures,
): Promise<void> {
  giveBackMemory();
  progress.start('write tables', fits.length);
  const writeOne = async (fitted: SubjectFit) => {
    const { subject, rows } = fitted;
    const table = { ...ROWS, columns: { ...ROWS.columns, ...inputColumns(subject.features) } };
    const rowAt = rowReader(fitted, captures);
    const folder = rowsFolder(subject.id, runId);
    const found = new Set<string>();
    await files.attempt(folder, async () => {
      for (const { key } of (await out.list(folder, signal)).objects) found.add(key);
    });
    for (let part = 0; part * PART < rows.rows || found.has(rowsKey(subject.id, runId, part)); part += 1) {
      const edge = (of: number) => Math.min(of * PART, rows.rows);
      const bytes = await parquetOf(table, rowAt, [edge(part), edge(part + 1)], signal);
      const key = rowsKey(subject.id, runId, part);
      await files.attempt(key, () => out.put(key, bytes, PARQUET_TYPE));
    }
    progress.advance();
  };
  await pMap(fits, writeOne, { concurrency: FILES_AT_ONCE });
  progress.finish();
}

/** Gives the row of each decision of an agent. */
function rowReader(
  { subject: { id, features }, fit: { decision, predicted }, rows, runs }: SubjectFit,
  { listing, capturedAt }: Captures,
): (row: number) => Row<typeof ROWS.columns> {
  const { entries, labelTexts, labels } = rows;
  const [{ codes }] = labels;
  const classes = 'classes' in decision ? decision.classes : [];
  const folds = new Float64Array(rows.rows).fill(Number.NaN);
  for (const [fold, { test }] of (predicted.tree ? blocks(rowsByRun(runs)) : []).entries()) {
    for (const row of test) folds[row] = fold;
  }
  const positions = new Int32Array(rows.rows);
  for (let row = 1; row < rows.rows; row += 1) {
    if (entries[row] === entries[row - 1]) positions[row] = (positions[row - 1] as number) + 1;
  }
  const labelBy = (rule: keyof typeof predicted, row: number) =>
    classes[predicted[rule]?.[row] ?? -1]?.label ?? null;
  const inputs = features.map(({ name, levels }, feature) => {
    const valueAt = (row: number) => rows.features[row * features.length + feature] as number;
    return {
      name: inputColumn(name),
      read: levels ? (row: number) => levels[valueAt(row)] ?? null : valueAt,
    };
  });
  return (row) => {
    const entry = entries[row] as number;
    const artifact = listing.entries[entry] as Entry;
    const found: Record<string, string | number | null> & Row<typeof ROWS.columns> = {
      agent_id_base: id,
      artifact_key: artifact.key,
      row: positions[row] as number,
      run: clusterOf(artifact),
      captured_at: capturedAt(entry),
      decision: labelTexts[codes[row] as number] as string,
      fold: folds[row] as number,
      predicted_tree: labelBy('tree', row),
      predicted_logistic: labelBy('logistic', row),
      predicted_exact: labelBy('exact', row),
    };
    for (const { name, read } of inputs) found[name] = read(row);
    return found;
  };
}
