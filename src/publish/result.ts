import type { AgentAdvice } from '../results/advice.ts';
import { envelopeKey, type Provenance, resultKey } from '../results/envelope.ts';
import type { Envelope, Found } from '../results/found.ts';
import { isObject } from '../shared/json.ts';
import { beginningOf } from '../shared/truncate.ts';
import type { Store } from '../store/store.ts';
import { Files } from './files.ts';

/** What a run comes to, before it is wrapped for the caller. */
export interface Outcome {
  readonly status: Envelope['status'];
  readonly exitCode: number;
  /** What went wrong and what to do, for ERROR and INTERRUPTED. */
  readonly error?: string;
  /** `summary` has counts, keys and samples of at most SAMPLE_SIZE: bounded whatever the corpus. `lists` has whole what it
   * samples. */
  readonly found?: Found;
  /** Files that went out before the result object. */
  readonly written?: number;
  /** The run that this is about, where it is not this one. */
  readonly of?: { readonly runKey: string; readonly runId: string };
  /** Report and advice over this run and what other jobs left under its key, and why they are not there, or not whole. */
  readonly report?: {
    readonly uri?: string;
    readonly error?: string;
    readonly advice?: readonly AgentAdvice[];
  };
}

interface MadeRun {
  /** Those that say where results go. */
  readonly settings: {
    readonly runDate?: string | undefined;
    readonly job: string;
    readonly runKey?: string | undefined;
    readonly partition?: { readonly index: number } | undefined;
    readonly writesNothing: boolean;
  };
  readonly runId: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly making: Provenance;
}

const SAMPLE_SIZE = 20;
const SAMPLE_TEXT = 500;

/** The first items of a list, their texts cut: what an envelope may carry of it. */
export function sampleOf<T>(items: readonly T[]): T[] {
  const cutText = (value: unknown) => (typeof value === 'string' ? beginningOf(value, SAMPLE_TEXT) : value);
  const cutTexts = (item: T) =>
    isObject(item)
      ? Object.fromEntries(Object.entries(item).map(([key, value]) => [key, cutText(value)]))
      : cutText(item);
  return items.slice(0, SAMPLE_SIZE).map((item) => cutTexts(item) as T);
}

/** A list as a summary has it. */
export function listOf<T>(items: readonly T[]): { count: number; sample: T[] } {
  return { count: items.length, sample: sampleOf(items) };
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
  if (typeof value === 'string') return beginningOf(value, length);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, items).map((item) => cut(item, items, length));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cut(item, items, length)]));
}

/** The result object: the envelope whole, how the run was made, and all lists. */
export function resultOf(outcome: Outcome, run: MadeRun, out: Store): object {
  return wholeOf(envelopeOf(outcome, run, out), outcome, run);
}

function wholeOf(envelope: Envelope, { found }: Outcome, { making }: MadeRun): object {
  return { ...envelope, making, ...(found && 'lists' in found && { lists: found.lists }) };
}

function envelopeOf(outcome: Outcome, { settings, runId, startedAt }: MadeRun, out: Store): Envelope {
  const { status, error, found, of, report } = outcome;
  return {
    status: report?.error !== undefined && status === 'OK' ? 'PARTIAL' : status,
    job: settings.job,
    run_id: of?.runId ?? runId,
    ...(settings.runDate && { run_date: settings.runDate }),
    duration_seconds: Math.round(performance.now() - startedAt) / 1000,
    result_uri: settings.writesNothing ? null : `${out.uri}/${keyOf(outcome, settings, runId)}`,
    report_uri: report?.uri ?? null,
    ...(report?.error !== undefined && { report_error: report.error }),
    ...(report?.advice && { advice: report.advice }),
    ...(error === undefined ? {} : { error }),
    ...(found && { summary: found.summary }),
  };
}

function keyOf({ of }: Outcome, settings: MadeRun['settings'], runId: string): string {
  return resultKey(of?.runKey ?? settings.runKey ?? runId, settings.job, settings.partition?.index);
}

/** Writes the envelope and, the last file of a run, the result object, unless this is a dry run. Where one of them cannot
 * be written the run is PARTIAL; one that could write nothing at all has failed. */
export async function publishResult(
  outcome: Outcome,
  made: MadeRun,
  out: Store,
): Promise<{ envelope: Envelope; exitCode: number }> {
  const { runId } = made;
  // A report that found no run has none to write beside.
  const isOfNone = made.settings.job === 'report' && !outcome.of;
  const settings = { ...made.settings, writesNothing: made.settings.writesNothing || isOfNone };
  const run = { ...made, settings };
  const { exitCode, written = 0 } = outcome;
  const whole = envelopeOf(outcome, run, out);
  if (settings.writesNothing) return { envelope: bounded(whole), exitCode };
  const files = new Files(out);
  const runKey = outcome.of?.runKey ?? settings.runKey ?? runId;
  const writeSummary = (envelope: Envelope) =>
    files.write(envelopeKey(runKey, settings.job), bounded(envelope));
  const lacking = (envelope: Envelope, what: string) => {
    const lost = `${what} was not written: ${files.failures.at(-1)?.error}`;
    const error = envelope.error === undefined ? lost : `${envelope.error}; ${lost}`;
    return { ...envelope, ...(exitCode === 0 && { status: 'PARTIAL' as const }), error };
  };

  const hasSummary = settings.partition !== undefined || (await writeSummary(whole));
  const envelope = hasSummary ? whole : lacking(whole, 'the summary');
  if (await files.write(keyOf(outcome, settings, runId), wholeOf(envelope, outcome, run))) {
    return { envelope: bounded(envelope), exitCode };
  }
  const isNothing = exitCode === 0 && written === 0;
  const { exitCode: unwrittenCode } = files;
  const unwritten = {
    ...lacking(envelope, 'the result object'),
    ...(isNothing && { status: 'ERROR' as const }),
    result_uri: null,
  };
  // It says the same as stdout.
  if (!settings.partition && hasSummary) await writeSummary(unwritten);
  return { envelope: bounded(unwritten), exitCode: isNothing ? unwrittenCode : exitCode };
}
