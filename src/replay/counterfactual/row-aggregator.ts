import type { Subject } from '../../agents/family.ts';
import type { Entry } from '../../corpus/listing.ts';
import type { ExtractedBatch, RowTable } from '../../pool/extract.ts';
import type { FitTask } from '../../pool/fit-task.ts';
import type { SliceResult } from '../../pool/pool.ts';
import { duplicateEntries } from '../ingest/deduplicate.ts';
import type { LoadFailure } from '../ingest/load-failures.ts';

/** What became of one family's artifacts: listed = loaded + load failures, and for a family with one row an
 * artifact rows = loaded − deduplicated − dropped. */
interface FamilyCounts {
  listed: number;
  loaded: number;
  /** Older copies of a decision that a later day holds again. */
  deduplicated: number;
  dropped: Record<string, number>;
  rows: number;
  /** Row candidates that became no row. */
  skipped_rows: Record<string, number>;
}

/** All rows of one subject, in the order of the corpus listing. */
export interface SubjectRows {
  readonly subject: Subject;
  readonly rows: number;
  /** Row-major, rows × features; NaN is missing. */
  readonly features: Float64Array;
  /** The decision first, then companions. */
  readonly labels: FitTask['labels'];
  readonly labelTexts: readonly string[];
  /** The artifact each row comes from, as position in the listing. */
  readonly entries: Uint32Array;
}

/** Rows of a subject out of one slice, and the positions of that slice's artifacts in the listing. */
interface SubjectPiece {
  readonly entries: readonly number[];
  readonly table: RowTable;
}

/** Folds what came of slices, in whatever order they arrive, into rows by subject and counts by family. */
export class RowAggregator {
  readonly #entries: readonly Entry[];
  readonly #capturedAt: Float64Array;
  readonly #pieces = new Map<string, SubjectPiece[]>();
  readonly #drops: { entry: number; reason: string }[] = [];
  readonly #skippedRows: { entry: number; counts: Readonly<Record<string, number>> }[] = [];
  readonly failures: LoadFailure[] = [];

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#capturedAt = new Float64Array(entries.length).fill(Number.NaN);
  }

  /** Takes in what came of a slice. */
  add({ entries, batch }: SliceResult<ExtractedBatch>): void {
    const entryAt = (position: number) => entries[position] as number;
    for (const [position, time] of batch.capturedAt.entries()) this.#capturedAt[entryAt(position)] = time;
    for (const { position, ...failure } of batch.failures) {
      this.failures.push({ entry: entryAt(position), ...failure });
    }
    for (const { position, reason } of batch.drops) this.#drops.push({ entry: entryAt(position), reason });
    for (const { position, counts } of batch.skippedRows) {
      this.#skippedRows.push({ entry: entryAt(position), counts });
    }
    for (const table of batch.tables) {
      const pieces = this.#pieces.get(table.subject) ?? [];
      this.#pieces.set(table.subject, pieces);
      pieces.push({ entries, table });
    }
  }

  /** Closes the fold. Of artifacts with one agent id and run id the newest capture counts, on `deduplicate`. */
  finish(families: Iterable<string>, deduplicate: boolean): FoldedRows {
    const failed = new Set(this.failures.map(({ entry }) => entry));
    const superseded = deduplicate
      ? duplicateEntries(this.#entries, this.#capturedAt, failed)
      : new Set<number>();
    const counts = new Map<string, FamilyCounts>();
    for (const family of families) {
      counts.set(family, { listed: 0, loaded: 0, deduplicated: 0, dropped: {}, rows: 0, skipped_rows: {} });
    }
    const countsAt = (entry: number) => counts.get(this.#entries[entry]?.family.id as string) as FamilyCounts;

    for (const index of this.#entries.keys()) {
      const family = countsAt(index);
      family.listed += 1;
      if (!failed.has(index)) family.loaded += 1;
      if (superseded.has(index)) family.deduplicated += 1;
    }
    const drops = this.#drops.filter(({ entry }) => !superseded.has(entry));
    drops.sort((a, b) => a.entry - b.entry);
    for (const { entry, reason } of drops) addTo(countsAt(entry).dropped, reason, 1);
    for (const { entry, counts: skipped } of this.#skippedRows) {
      if (superseded.has(entry)) continue;
      for (const [reason, count] of Object.entries(skipped)) {
        addTo(countsAt(entry).skipped_rows, reason, count);
      }
    }
    const rowsOf = (subject: Subject) => {
      const rows = joinPieces(subject, this.#pieces.get(subject.id) ?? [], superseded);
      this.#pieces.delete(subject.id);
      const first = rows.entries[0];
      if (first !== undefined) countsAt(first).rows += rows.rows;
      return rows;
    };
    const sizeOf = (subject: Subject) =>
      (this.#pieces.get(subject.id) ?? []).reduce((sum, { table }) => sum + table.rows, 0);
    return { counts, drops, rowsOf, sizeOf };
  }
}

export interface FoldedRows {
  /** By family id. `rows` is filled in as subjects are taken. */
  readonly counts: ReadonlyMap<string, FamilyCounts>;
  /** In the order of the listing, superseded artifacts left out. */
  readonly drops: readonly { readonly entry: number; readonly reason: string }[];
  /** Takes the rows of one subject out of the fold. */
  rowsOf(subject: Subject): SubjectRows;
  /** Rows that a subject has at the most, while it has not been taken. */
  sizeOf(subject: Subject): number;
}

function joinPieces(
  subject: Subject,
  pieces: readonly SubjectPiece[],
  superseded: ReadonlySet<number>,
): SubjectRows {
  const width = subject.features.length;
  const labelCount = subject.labels.length;
  const runs = rowRuns(pieces).filter(({ entry }) => !superseded.has(entry));
  const rows = runs.reduce((sum, { count }) => sum + count, 0);
  const features = new Float64Array(rows * width);
  const codesOf = (name: string) => ({ name, codes: new Int32Array(rows) });
  const [decision, ...companions] = subject.labels;
  const labels: FitTask['labels'] = [codesOf(decision), ...companions.map(codesOf)];
  const entries = new Uint32Array(rows);
  const textIndex = new Map<string, number>();
  let row = 0;
  for (const { entry, table, first, count } of runs) {
    features.set(table.features.subarray(first * width, (first + count) * width), row * width);
    for (let source = first; source < first + count; source += 1) {
      for (const [column, { codes }] of labels.entries()) {
        const text = table.labelTexts[table.labels[source * labelCount + column] as number];
        codes[row] = text === undefined ? -1 : indexOf(textIndex, text);
      }
      entries[row] = entry;
      row += 1;
    }
  }
  return { subject, rows, features, labels, labelTexts: [...textIndex.keys()], entries };
}

/** The rows of one artifact: they lie together in its slice's table. */
interface RowRun {
  readonly entry: number;
  readonly table: RowTable;
  readonly first: number;
  count: number;
}

/** In the order of the listing, whatever the order in which slices came. */
function rowRuns(pieces: readonly SubjectPiece[]): RowRun[] {
  const runs: RowRun[] = [];
  for (const { entries, table } of pieces) {
    let current: RowRun | undefined;
    for (const [row, position] of table.artifacts.entries()) {
      const entry = entries[position] as number;
      if (current?.entry === entry) {
        current.count += 1;
      } else {
        current = { entry, table, first: row, count: 1 };
        runs.push(current);
      }
    }
  }
  return runs.sort((a, b) => a.entry - b.entry);
}

function indexOf(indices: Map<string, number>, text: string): number {
  const known = indices.get(text);
  if (known !== undefined) return known;
  indices.set(text, indices.size);
  return indices.size - 1;
}

function addTo(counts: Record<string, number>, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}
