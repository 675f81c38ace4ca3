import pMap from 'p-map';
import type { AgentFamily, Extraction, Row, Subject } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import { readEnvelope, readUnchecked } from '../corpus/artifact.ts';
import { type ArtifactKey, parseKey } from '../corpus/key.ts';
import { parseObject } from '../corpus/parse.ts';
import { ReplayError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** A captured artifact is a megabyte or two at the most: its writer caps the snapshot at one. JSON can grow
 * fifty-fold when parsed, and what outgrows a worker's heap within one allocation ends the whole process. */
const MAX_ARTIFACT_BYTES = 4 * 1024 * 1024;

export type FeatureSetName = 'captured' | 'original';

/** Rows of one subject out of one batch. */
export interface RowTable {
  readonly subject: string;
  readonly rows: number;
  /** Row-major, rows × features; NaN is missing. */
  readonly features: Float64Array;
  /** Row-major, rows × labels: index into `labelTexts`, -1 for none. */
  readonly labels: Int32Array;
  readonly labelTexts: readonly string[];
  /** Position in the batch of the artifact that each row comes from. */
  readonly artifacts: Int32Array;
}

/** What a batch of artifacts comes to. Positions are positions in the batch. */
export interface ExtractedBatch {
  readonly size: number;
  readonly failures: readonly {
    readonly position: number;
    readonly error: string;
    readonly transient: boolean;
  }[];
  readonly drops: readonly { readonly position: number; readonly reason: string }[];
  /** Row candidates that became no row, by reason. */
  readonly skippedRows: readonly {
    readonly position: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  /** ms since 1970 by position; NaN where unreadable. */
  readonly capturedAt: Float64Array;
  readonly tables: readonly RowTable[];
}

/** Loads, parses and extracts a batch. A fault in one object is that object's alone; what is no ReplayError is
 * a fault of this program and is thrown. */
export async function extractBatch(
  store: Store,
  keys: readonly string[],
  featureSet: FeatureSetName,
  concurrency: number,
): Promise<ExtractedBatch> {
  const failures: { position: number; error: string; transient: boolean }[] = [];
  const drops: { position: number; reason: string }[] = [];
  const skippedRows: { position: number; counts: Readonly<Record<string, number>> }[] = [];
  const capturedAt = new Float64Array(keys.length).fill(Number.NaN);
  const builders = new Map<Subject, TableBuilder>();

  await pMap(
    keys.entries(),
    async ([position, key]) => {
      try {
        const bytes = await store.get(key, { maxBytes: MAX_ARTIFACT_BYTES });
        const { extraction, time } = extractOne(bytes, key, featureSet);
        capturedAt[position] = time;
        if ('drop' in extraction) {
          drops.push({ position, reason: extraction.drop });
          return;
        }
        if (extraction.skipped) skippedRows.push({ position, counts: extraction.skipped });
        const { subject, rows } = extraction;
        const builder = builders.get(subject) ?? new TableBuilder(subject);
        builders.set(subject, builder);
        builder.add(position, rows);
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        failures.push({ position, error: error.message, transient: error.exitCode === 75 });
      }
    },
    { concurrency },
  );
  const tables = [...builders.values()].map((builder) => builder.table());
  return { size: keys.length, failures, drops, skippedRows, capturedAt, tables };
}

function extractOne(
  bytes: Uint8Array,
  key: string,
  featureSet: FeatureSetName,
): { extraction: Extraction; time: number } {
  const parsedKey = parseKey(key) as ArtifactKey;
  const family = familyOf(parsedKey.agentId) as AgentFamily;
  const json = parseObject(bytes);
  if (featureSet === 'original') {
    const { artifact, capturedAt } = readUnchecked(json, parsedKey);
    const extraction = family.original?.extract(artifact) ?? { drop: 'unsupported' };
    return { extraction, time: capturedAt };
  }
  const { artifact, capturedAt, drop } = readEnvelope(json, parsedKey);
  return { extraction: drop === undefined ? family.captured.extract(artifact) : { drop }, time: capturedAt };
}

/** Gathers the rows of one subject by artifact and packs them in key order, whatever order the loads ended in:
 * the same batch gives the same bytes. */
class TableBuilder {
  readonly #subject: Subject;
  readonly #rowsByPosition = new Map<number, readonly Row[]>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  add(position: number, rows: readonly Row[]): void {
    this.#rowsByPosition.set(position, rows);
  }

  table(): RowTable {
    const { id, features: featureSpecs, labels: labelNames } = this.#subject;
    const positions = [...this.#rowsByPosition.keys()].sort((a, b) => a - b);
    const count = positions.reduce((sum, position) => sum + this.#rowsAt(position).length, 0);
    const features = new Float64Array(count * featureSpecs.length);
    const labels = new Int32Array(count * labelNames.length);
    const artifacts = new Int32Array(count);
    const textIndex = new Map<string, number>();
    let row = 0;
    for (const position of positions) {
      for (const { features: values, labels: texts } of this.#rowsAt(position)) {
        features.set(values, row * featureSpecs.length);
        for (const [column, text] of texts.entries()) {
          labels[row * labelNames.length + column] = indexOf(textIndex, text);
        }
        artifacts[row] = position;
        row += 1;
      }
    }
    return { subject: id, rows: count, features, labels, labelTexts: [...textIndex.keys()], artifacts };
  }

  #rowsAt(position: number): readonly Row[] {
    return this.#rowsByPosition.get(position) ?? [];
  }
}

function indexOf(indices: Map<string, number>, text: string | null): number {
  if (text === null) return -1;
  const known = indices.get(text);
  if (known !== undefined) return known;
  indices.set(text, indices.size);
  return indices.size - 1;
}
