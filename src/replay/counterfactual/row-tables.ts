import pLimit from 'p-limit';
import pMap from 'p-map';
import type { Subject } from '../../agents/family.ts';
import { clusterOf, type Entry, type Listing } from '../../corpus/listing.ts';
import type { Files } from '../../publish/files.ts';
import { type Cells, cellsOf, PARQUET_TYPE, parquetOf } from '../../publish/parquet.ts';
import { type Columns, inputColumn, inputColumns, ROWS, rowsFolder, rowsKey } from '../../results/tables.ts';
import { blocks, rowsByRun } from '../../rules/evaluation/folds.ts';
import { giveBackMemory, isLarge } from '../../shared/give-back-memory.ts';
import type { Run } from '../ingest/run.ts';
import type { SubjectFit } from './fit-subjects.ts';

/** Rows of one file: all of an agent's in one would be a large buffer. */
const PART = 50_000;
/** One is encoded while others are sent. */
const FILES_AT_ONCE = 16;

/** Where rows come from, and when that was captured. */
interface Captures {
  readonly listing: Listing;
  /** Ms since 1970 of a position in the listing; NaN where that is not known. */
  capturedAt(entry: number): number;
}

/** Tables of each agent's decisions: what was known at each, and what rules that had not seen it say. They are written when
 * all agents are fitted: a run that fails leaves none. */
export function rowTables({ runId, out, progress, signal }: Run) {
  const limit = pLimit(1);
  const tables = new Map<Subject, () => Promise<Uint8Array[]>>();
  return { add, write };

  /** Takes in the rows of an agent. They are encoded at once unless the fits need the memory. */
  function add(fitted: SubjectFit, captures: Captures): void {
    const { subject, rows } = fitted;
    const encode = () =>
      limit(async () => {
        const cells = decisionsOf(fitted, captures);
        const parts: Uint8Array[] = [];
        for (let first = 0; first < rows.rows; first += PART) {
          const range = [first, Math.min(first + PART, rows.rows)] as const;
          parts.push(await parquetOf(tableOf(subject), cells, range, signal));
        }
        return parts;
      });
    const begun = isLarge() ? undefined : encode();
    // Whoever writes them hears of it.
    begun?.catch(() => {});
    tables.set(subject, () => begun ?? encode());
  }

  /** Writes the tables. A part that an earlier run with this run id left, and this one has no rows for, becomes empty. */
  async function write(files: Files): Promise<void> {
    giveBackMemory();
    progress.start('write tables', tables.size);
    const writeOne = async ([subject, encoded]: [Subject, () => Promise<Uint8Array[]>]) => {
      const table = tableOf(subject);
      const folder = rowsFolder(subject.id, runId);
      const found = new Set<string>();
      await files.attempt(folder, async () => {
        for (const { key } of (await out.list(folder, signal)).objects) found.add(key);
      });
      const parts = await encoded();
      for (let part = 0; part < parts.length || found.has(rowsKey(subject.id, runId, part)); part += 1) {
        const bytes = parts[part] ?? (await parquetOf(table, cellsOf(table, []), [0, 0]));
        const key = rowsKey(subject.id, runId, part);
        await files.attempt(key, () => out.put(key, bytes, PARQUET_TYPE));
      }
      progress.advance();
    };
    await pMap(tables, writeOne, { concurrency: FILES_AT_ONCE });
    progress.finish();
  }
}

function tableOf({ features }: Subject) {
  return { ...ROWS, columns: { ...ROWS.columns, ...inputColumns(features) } };
}

/** What is known of each decision of an agent. */
function decisionsOf(
  { subject: { id, features }, fit: { decision, predicted }, rows, runs }: SubjectFit,
  { listing, capturedAt }: Captures,
): Cells<Columns> {
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
  const artifactAt = (row: number) => listing.entries[entries[row] as number] as Entry;
  const names: string[] = [];
  const own: Cells<typeof ROWS.columns> = {
    agent_id_base: () => id,
    artifact_key: (row) => artifactAt(row).key,
    row: (row) => positions[row] as number,
    run: (row) => (names[runs[row] as number] ??= clusterOf(artifactAt(row))),
    captured_at: (row) => capturedAt(entries[row] as number),
    decision: (row) => labelTexts[codes[row] as number] as string,
    fold: (row) => folds[row] as number,
    predicted_tree: (row) => labelBy('tree', row),
    predicted_logistic: (row) => labelBy('logistic', row),
    predicted_exact: (row) => labelBy('exact', row),
  };
  const inputs = features.map(({ name, levels }, feature) => {
    const valueAt = (row: number) => rows.features[row * features.length + feature] as number;
    return [inputColumn(name), levels ? (row: number) => levels[valueAt(row)] ?? null : valueAt];
  });
  return { ...own, ...Object.fromEntries(inputs) };
}
