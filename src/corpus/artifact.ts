import type { Artifact } from '../agents/family.ts';
import { dayNumber } from '../shared/day.ts';
import { at, isObject, type JsonObject, objectAt, stringAt } from '../shared/json.ts';
import type { ArtifactKey } from './key.ts';

const EMPTY: JsonObject = {};
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A captured artifact as its envelope (schema versions 1 and 2) holds it. */
export interface Envelope {
  readonly artifact: Artifact;
  /** Capture time in ms since 1970; NaN when absent or unreadable. */
  readonly capturedAt: number;
  /** Why nothing may be concluded from this artifact, whatever its family. */
  readonly drop?: string;
}

/** Reads the envelope. Key and body name the same agent and run; the key is believed. */
export function readEnvelope(json: JsonObject, key: ArtifactKey): Envelope {
  const snapshot = objectAt(json, 'input_data_snapshot');
  const output = objectAt(json, 'agent_output');
  const { agentId, artifactRunId, day } = key;
  const artifact = { agentId, artifactRunId, day, snapshot: snapshot ?? EMPTY, output: output ?? EMPTY };
  const capturedAt = captureTime(stringAt(json, 'timestamp') ?? '');
  const drop = dropReason(json, snapshot, output);
  return { artifact, capturedAt, ...(drop && { drop }) };
}

/** UTC where no offset is given, wherever this runs. Date reads other texts as times, too, such as `run 1`. */
function captureTime(text: string): number {
  const found = ISO.exec(text);
  if (!found || Number.isNaN(dayNumber(text))) return Number.NaN;
  return Date.parse(found[1] ? text : `${text}Z`);
}

/** The artifact as the Python originals took it: no check of any kind, a missing block is an empty one. */
export function readUnchecked(json: JsonObject, key: ArtifactKey): Envelope {
  const { artifact, capturedAt } = readEnvelope(json, key);
  return { artifact, capturedAt };
}

function dropReason(
  json: JsonObject,
  snapshot: JsonObject | undefined,
  output: JsonObject | undefined,
): string | undefined {
  const version = at(json, 'schema_version') ?? 2;
  if (version !== 1 && version !== 2) return 'unknown_schema_version';
  if (!snapshot || !output) return 'malformed_envelope';
  if (isTruncated(json, snapshot)) return 'truncated_snapshot';
  if (Object.keys(output).length === 0) return 'empty_output';
  if (holdsStubText(output)) return 'dry_run_stub';
  return undefined;
}

/** The writer replaces fields, or the whole snapshot, by markers when it exceeds a megabyte. */
function isTruncated(json: JsonObject, snapshot: JsonObject): boolean {
  return (
    (at(json, 'input_data_truncated_at') ?? null) !== null ||
    at(snapshot, '_truncated') === true ||
    Object.values(snapshot).some((field) => isObject(field) && at(field, '_truncated') === true)
  );
}

/** Whether any text in the output was left by a dry run that was promoted as real. Walks without recursion: an output may
 * be nested deeper than the stack. */
function holdsStubText(output: JsonObject): boolean {
  const open: unknown[] = [output];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && value.includes('[DRY-RUN')) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const item of Array.isArray(value) ? value : Object.values(value)) open.push(item);
  }
  return false;
}
