import { envelopeKey, resultKey } from '../results/keys.ts';
import type { Store } from '../store/store.ts';
import { Files } from './files.ts';

type Status = 'OK' | 'PARTIAL' | 'ERROR' | 'INTERRUPTED';

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
  /** The run that this is about, where it is not this one. */
  readonly of?: { readonly runKey: string; readonly runId: string };
  /** The report over this run and what other jobs left under its key; its error where it could not be made. */
  readonly report?: { readonly uri: string } | { readonly error: string };
}

/** How a run was made: for who checks its numbers. */
export interface Provenance {
  readonly settings: object;
  readonly versions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly step: string; readonly items: number; readonly seconds: number }[];
}

/** The settings that say where results go. */
interface Destination {
  readonly job: string;
  readonly runKey?: string | undefined;
  readonly share?: { readonly index: number } | undefined;
  readonly writesNothing: boolean;
}

interface MadeRun {
  readonly settings: Destination;
  readonly runId: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly making: Provenance;
}

/** The one document on stdout. */
export interface Envelope {
  readonly status: Status;
  readonly job: string;
  readonly run_id: string;
  readonly duration_seconds: number;
  /** Null when no result object was written: a dry run, or the write failed. */
  readonly result_uri: string | null;
  /** Null when no report was written: a dry run, --no-report, a run that failed, or `report_error`. */
  readonly report_uri: string | null;
  readonly report_error?: string;
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

/** The result object: the envelope whole, how the run was made, and all lists. */
export function resultOf(outcome: Outcome, run: MadeRun, out: Store): object {
  return wholeOf(envelopeOf(outcome, run, out), outcome, run);
}

function wholeOf(envelope: Envelope, { lists }: Outcome, { making }: MadeRun): object {
  return { ...envelope, making, ...(lists && { lists }) };
}

function envelopeOf(outcome: Outcome, { settings, runId, startedAt }: MadeRun, out: Store): Envelope {
  const { status, error, summary, of, report } = outcome;
  const failed = report && 'error' in report;
  return {
    status: failed && status === 'OK' ? 'PARTIAL' : status,
    job: settings.job,
    run_id: of?.runId ?? runId,
    duration_seconds: Math.round(performance.now() - startedAt) / 1000,
    result_uri: settings.writesNothing ? null : `${out.uri}/${keyOf(outcome, settings, runId)}`,
    report_uri: report && 'uri' in report ? report.uri : null,
    ...(failed && { report_error: report.error }),
    ...(error === undefined ? {} : { error }),
    ...(summary === undefined ? {} : { summary }),
  };
}

function keyOf({ of }: Outcome, settings: Destination, runId: string): string {
  return resultKey(of?.runKey ?? settings.runKey ?? runId, settings.job, settings.share?.index);
}

/** Writes the envelope and, the last file of a run, the result object, unless this is a dry run. Without it a
 * run that wrote other files is PARTIAL; one that could write nothing at all has failed. */
export async function publishResult(
  outcome: Outcome,
  run: MadeRun,
  out: Store,
): Promise<{ envelope: Envelope; exitCode: number }> {
  const { settings, runId } = run;
  const { exitCode, error, written = 0 } = outcome;
  const envelope = envelopeOf(outcome, run, out);
  const small = bounded(envelope);
  if (settings.writesNothing) return { envelope: small, exitCode };
  const files = new Files(out);
  const runKey = outcome.of?.runKey ?? settings.runKey ?? runId;
  if (!settings.share) await files.write(envelopeKey(runKey, settings.job), small);
  await files.write(keyOf(outcome, settings, runId), wholeOf(envelope, outcome, run));
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
