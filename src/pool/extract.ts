import type { AgentFamily, Extraction, Row, Subject } from '../agents/family.ts';
import { familyOf } from '../agents/registry.ts';
import { readEnvelope, readUnchecked } from '../corpus/artifact.ts';
import type { ArtifactKey } from '../corpus/key.ts';
import type { JsonObject } from '../shared/json.ts';
import { append, ordinal } from '../shared/tally.ts';
import type { Reader, SliceContent } from './load.ts';

export type FeatureSetName = 'captured' | 'original';

/** Rows of one subject out of one slice. */
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
export interface SliceRows extends SliceContent {
  readonly drops: readonly { readonly position: number; readonly reason: string }[];
  /** Items of an artifact that became no row, by reason. */
  readonly skippedRows: readonly {
    readonly position: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly tables: readonly RowTable[];
}

/** Reads rows. */
export function rowReader(featureSet: FeatureSetName): Reader<SliceRows> {
  const drops: { position: number; reason: string }[] = [];
  const skippedRows: { position: number; counts: Readonly<Record<string, number>> }[] = [];
  const found = new Map<Subject, Found[]>();
  return {
    take(json, key, position) {
      const { extraction, time } = extractOne(json, key, featureSet);
      if ('drop' in extraction) {
        drops.push({ position, reason: extraction.drop });
        return time;
      }
      if (extraction.skipped) skippedRows.push({ position, counts: extraction.skipped });
      append(found, extraction.subject, { position, rows: extraction.rows });
      return time;
    },
    finish(loaded) {
      const tables = [...found].map(([subject, rows]) => tableOf(subject, rows));
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

/** The rows of the artifacts at some positions. */
interface Found {
  readonly position: number;
  readonly rows: readonly Row[];
}

/** Packs the rows of one subject in key order, whatever order the loads ended in: the same slice gives the same
 * bytes. */
function tableOf(
  { id, features: { length: width }, labels: { length: depth } }: Subject,
  found: Found[],
): RowTable {
  found.sort((a, b) => a.position - b.position);
  const count = found.reduce((sum, { rows }) => sum + rows.length, 0);
  const features = new Float64Array(count * width);
  const labels = new Int32Array(count * depth);
  const artifacts = new Int32Array(count);
  const textIndex = new Map<string, number>();
  let row = 0;
  for (const { position, rows } of found) {
    for (const { features: values, labels: texts } of rows) {
      features.set(values, row * width);
      for (const [column, text] of texts.entries()) {
        labels[row * depth + column] = text === null ? -1 : ordinal(textIndex, text);
      }
      artifacts[row] = position;
      row += 1;
    }
  }
  return { subject: id, rows: count, features, labels, labelTexts: [...textIndex.keys()], artifacts };
}
