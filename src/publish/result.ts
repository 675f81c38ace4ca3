import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { Files } from './files.ts';
import { envelopeKey, resultKey } from './keys.ts';

export type Status = 'OK' | 'PARTIAL' | 'ERROR' | 'INTERRUPTED';

/** What a run comes to, before it is wrapped for the caller. */
export interface Outcome {
  readonly status: Status;
  readonly exitCode: number;
  /** What went wrong and what to do, for ERROR and INTERRUPTED. */
  readonly error?: string;
  /** Counts, keys and samples of at most SAMPLE_SIZE: bounded whatever the corpus. */
  readonly summary?: object;
  /** The lists that `summary` only samples, whole. */
  readonly lists?: object;
  /** Files that went out before the result object. */
  readonly written?: number;
}

/** The one document on stdout. */
export interface Envelope {
  readonly status: Status;
  readonly job: string;
  readonly run_id: string;
  readonly duration_seconds: number;
  /** Null when no result object was written: a dry run, or the write failed. */
  readonly result_uri: string | null;
  readonly error?: string;
  readonly summary?: object;
  /** Whether lists or texts had to be cut; the result object has them whole. */
  readonly truncated?: boolean;
}

const SAMPLE_SIZE = 20;
const SAMPLE_TEXT = 500;

/** The first items of a list, their texts cut: what an envelope may carry of it. */
export function sampleOf<T>(items: readonly T[]): T[] {
  return items.slice(0, SAMPLE_SIZE).map((item) => {
    if (typeof item === 'string') return item.slice(0, SAMPLE_TEXT) as T;
    if (typeof item !== 'object' || item === null) return item;
    const cut = Object.entries(item).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, SAMPLE_TEXT) : value,
    ]);
    return Object.fromEntries(cut) as T;
  });
}

/** What the caller's pipe and a state machine can take. */
const MAX_ENVELOPE_BYTES = 60_000;

/** An envelope that is small enough: its lists and texts are cut as far as it takes, and that is said. */
function bounded(envelope: Envelope): Envelope {
  let small = envelope;
  for (const [items, length] of [
    [20, 2_000],
    [10, 300],
    [5, 100],
    [2, 50],
  ] as const) {
    if (Buffer.byteLength(JSON.stringify(small, null, 2)) <= MAX_ENVELOPE_BYTES) return small;
    small = { ...(cut(envelope, items, length) as Envelope), truncated: true };
  }
  return small;
}

function cut(value: unknown, items: number, length: number): unknown {
  if (typeof value === 'string') return value.slice(0, length);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, items).map((item) => cut(item, items, length));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cut(item, items, length)]));
}

/** Wraps an outcome and writes the envelope and, the last file of a run, the result object, unless this is a dry run. Without it a
 * run that wrote other files is PARTIAL; one that could write nothing at all has failed. */
export async function publishResult(
  outcome: Outcome,
  run: { settings: Settings; runId: string; startedAt: number },
  out: Store,
): Promise<{ envelope: Envelope; exitCode: number }> {
  const { settings, runId, startedAt } = run;
  const runKey = settings.runKey ?? runId;
  const key = resultKey(runKey, settings.job, settings.share?.index);
  const { status, exitCode, error, summary, lists, written = 0 } = outcome;
  const envelope: Envelope = {
    status,
    job: settings.job,
    run_id: runId,
    duration_seconds: Math.round(performance.now() - startedAt) / 1000,
    result_uri: settings.writesNothing ? null : `${out.uri}/${key}`,
    ...(error === undefined ? {} : { error }),
    ...(summary === undefined ? {} : { summary }),
  };
  const small = bounded(envelope);
  if (settings.writesNothing) return { envelope: small, exitCode };
  const files = new Files(out);
  if (!settings.share) await files.write(envelopeKey(runKey, settings.job), small);
  await files.write(key, { ...envelope, ...(lists && { lists }) });
  if (files.failures.length === 0) return { envelope: small, exitCode };
  const lost = [error, `the result object was not written: ${files.failures[0]?.error}`]
    .filter(Boolean)
    .join('; ');
  const unwritten = { ...small, result_uri: null, error: lost };
  if (exitCode !== 0) return { envelope: unwritten, exitCode };
  return written > 0
    ? { envelope: { ...unwritten, status: 'PARTIAL' }, exitCode }
    : { envelope: { ...unwritten, status: 'ERROR' }, exitCode: 1 };
}
