import type { AgentFamily, Extraction, Row, Subject } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import { readEnvelope, readUnchecked } from '../corpus/artifact.ts';
import type { ArtifactKey } from '../corpus/key.ts';
import type { JsonObject } from '../shared/json.ts';
import type { LoadedBatch, Reader } from './load.ts';

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
  /** Position in the slice of the artifact that each row comes from. */
  readonly artifacts: Int32Array;
}

/** The rows that a slice holds. Positions are positions in the slice. */
export interface ExtractedBatch extends LoadedBatch {
  readonly drops: readonly { readonly position: number; readonly reason: string }[];
  /** Row candidates that became no row, by reason. */
  readonly skippedRows: readonly {
    readonly position: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly tables: readonly RowTable[];
}

/** Reads rows. */
export function rowReader(featureSet: FeatureSetName): Reader<ExtractedBatch> {
  const drops: { position: number; reason: string }[] = [];
  const skippedRows: { position: number; counts: Readonly<Record<string, number>> }[] = [];
  const builders = new Map<Subject, TableBuilder>();
  return {
    take(json, key, position) {
      const { extraction, time } = extractOne(json, key, featureSet);
      if ('drop' in extraction) {
        drops.push({ position, reason: extraction.drop });
        return time;
      }
      if (extraction.skipped) skippedRows.push({ position, counts: extraction.skipped });
      const { subject, rows } = extraction;
      const builder = builders.get(subject) ?? new TableBuilder(subject);
      builders.set(subject, builder);
      builder.add(position, rows);
      return time;
    },
    finish(loaded) {
      const tables = [...builders.values()].map((builder) => builder.table());
      return { ...loaded, drops, skippedRows, tables };
    },
  };
}

function extractOne(
  json: JsonObject,
  key: ArtifactKey,
  featureSet: FeatureSetName,
): { extraction: Extraction; time: number } {
  const family = familyOf(key.agentId) as AgentFamily;
  if (featureSet === 'original') {
    const { artifact, capturedAt } = readUnchecked(json, key);
    const extraction = family.original?.extract(artifact) ?? { drop: 'unsupported' };
    return { extraction, time: capturedAt };
  }
  const { artifact, capturedAt, drop } = readEnvelope(json, key);
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
