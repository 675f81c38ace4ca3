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
  const artifact = {
    agentId: key.agentId,
    artifactRunId: key.artifactRunId,
    day: key.day,
    snapshot: snapshot ?? EMPTY,
    output: output ?? EMPTY,
  };
  const capturedAt = captureTime(stringAt(json, 'timestamp') ?? '');
  const drop = dropReason(json, snapshot, output);
  return { artifact, capturedAt, ...(drop === undefined ? {} : { drop }) };
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

/** Whether any text in the output was left by a dry run that was promoted as real. Walks without recursion, an
 * output may be nested deeper than the stack, and holds a list and a position for each level, no copies. */
function holdsStubText(output: JsonObject): boolean {
  const path: (readonly unknown[])[] = [Object.values(output)];
  const positions = [0];
  while (path.length > 0) {
    const depth = path.length - 1;
    const items = path[depth] as readonly unknown[];
    const position = positions[depth] as number;
    if (position === items.length) {
      path.pop();
      positions.pop();
      continue;
    }
    positions[depth] = position + 1;
    const value = items[position];
    if (typeof value === 'string') {
      if (value.includes('[DRY-RUN')) return true;
    } else if (typeof value === 'object' && value !== null) {
      path.push(Array.isArray(value) ? value : Object.values(value));
      positions.push(0);
    }
  }
  return false;
}
