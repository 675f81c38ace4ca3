import { sum } from 'd3-array';
import type { Subject } from '../../agents/family.ts';
import type { Entry } from '../../corpus/listing.ts';
import type { RowTable, SliceRows } from '../../pool/extract.ts';
import type { FitTask } from '../../pool/fit-task.ts';
import type { SliceResult } from '../../pool/pool.ts';
import { append, increment, ordinal } from '../../shared/tally.ts';
import { ArtifactAggregator, located } from '../ingest/artifact-aggregator.ts';

/** What became of one family's artifacts: listed = loaded + load failures, and for a family with one row an
 * artifact rows = loaded − deduplicated − dropped. */
interface RowCounts {
  dropped: Record<string, number>;
  rows: number;
  /** Items of an artifact that became no row. */
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
interface SubjectPart {
  readonly entries: readonly number[];
  readonly table: RowTable;
}

/** Gathers the rows of slices by subject. */
export class RowAggregator extends ArtifactAggregator<SliceRows> {
  readonly #parts = new Map<string, SubjectPart[]>();
  readonly #drops: { entry: number; reason: string }[] = [];
  readonly #skippedRows: { entry: number; counts: Readonly<Record<string, number>> }[] = [];

  override add(result: SliceResult<SliceRows>): void {
    super.add(result);
    const { entries, content } = result;
    this.#drops.push(...located(content.drops, entries));
    this.#skippedRows.push(...located(content.skippedRows, entries));
    for (const table of content.tables) append(this.#parts, table.subject, { entries, table });
  }

  /** Closes the gathering. On `deduplicate` the newest capture counts of artifacts with one agent id and run id. */
  finish(families: Iterable<string>, deduplicate: boolean) {
    const { counts, countsAt, superseded, current } = this.count(families, deduplicate, (): RowCounts => {
      return { dropped: {}, rows: 0, skipped_rows: {} };
    });
    const drops = current(this.#drops);
    for (const { entry, reason } of drops) increment(countsAt(entry).dropped, reason);
    for (const { entry, counts: skipped } of current(this.#skippedRows)) {
      for (const [reason, count] of Object.entries(skipped)) {
        increment(countsAt(entry).skipped_rows, reason, count);
      }
    }
    /** Takes out the rows of one subject. */
    const rowsOf = (subject: Subject): SubjectRows => {
      const rows = joinParts(subject, this.#parts.get(subject.id) ?? [], superseded);
      this.#parts.delete(subject.id);
      const first = rows.entries[0];
      if (first !== undefined) countsAt(first).rows += rows.rows;
      return rows;
    };
    /** Rows that a subject has at the most, while it has not been taken. */
    const sizeOf = (subject: Subject) => sum(this.#parts.get(subject.id) ?? [], ({ table }) => table.rows);
    return {
      /** By family id. `rows` is filled in as subjects are taken. */
      counts,
      /** In the order of the listing, superseded artifacts left out. */
      drops: drops.map(({ entry, reason }) => ({ key: (this.entries[entry] as Entry).key, reason })),
      rowsOf,
      sizeOf,
    };
  }
}

/** All rows, and what became of the artifacts. */
export type AggregatedRows = ReturnType<RowAggregator['finish']>;

function joinParts(
  subject: Subject,
  parts: readonly SubjectPart[],
  superseded: ReadonlySet<number>,
): SubjectRows {
  const width = subject.features.length;
  const labelCount = subject.labels.length;
  const ranges = rowRanges(parts).filter(({ entry }) => !superseded.has(entry));
  const rows = sum(ranges, ({ count }) => count);
  // Shared, so that the worker which fits them and the table of decisions need no copy.
  const features = new Float64Array(new SharedArrayBuffer(rows * width * Float64Array.BYTES_PER_ELEMENT));
  const codesOf = (name: string) => ({
    name,
    codes: new Int32Array(new SharedArrayBuffer(rows * Int32Array.BYTES_PER_ELEMENT)),
  });
  const [decision, ...companions] = subject.labels;
  const labels: FitTask['labels'] = [codesOf(decision), ...companions.map(codesOf)];
  const entries = new Uint32Array(rows);
  const textIndex = new Map<string, number>();
  let row = 0;
  for (const { entry, table, first, count } of ranges) {
    features.set(table.features.subarray(first * width, (first + count) * width), row * width);
    for (let source = first; source < first + count; source += 1) {
      for (const [column, { codes }] of labels.entries()) {
        const text = table.labelTexts[table.labels[source * labelCount + column] as number];
        codes[row] = text === undefined ? -1 : ordinal(textIndex, text);
      }
      entries[row] = entry;
      row += 1;
    }
  }
  return { subject, rows, features, labels, labelTexts: [...textIndex.keys()], entries };
}

/** The rows of one artifact: they lie together in its slice's table. */
interface RowRange {
  readonly entry: number;
  readonly table: RowTable;
  readonly first: number;
  count: number;
}

/** In the order of the listing, whatever the order in which slices came. */
function rowRanges(parts: readonly SubjectPart[]): RowRange[] {
  const ranges: RowRange[] = [];
  for (const { entries, table } of parts) {
    let current: RowRange | undefined;
    for (const [row, position] of table.artifacts.entries()) {
      const entry = entries[position] as number;
      if (current?.entry === entry) {
        current.count += 1;
      } else {
        current = { entry, table, first: row, count: 1 };
        ranges.push(current);
      }
    }
  }
  return ranges.sort((a, b) => a.entry - b.entry);
}
