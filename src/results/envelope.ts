import { z } from 'zod';
import { adviceLines } from './advice.ts';
import * as t from './parts.ts';

/** What every run says of itself: with the summary of its job the one document on stdout. */
export const envelope = z.object({
  status: t.oneOf('`PARTIAL`: it completed, and something failed; `summary` counts what', [
    'OK',
    'PARTIAL',
    'ERROR',
    'INTERRUPTED',
  ]),
  job: t.text('Job'),
  run_id: t.runId,
  run_date: t.runDate,
  duration_seconds: t.number('Seconds since the start of the process'),
  result_uri: t.nullable(t.text('Where the result object is'), 'when none was written'),
  report_uri: t.orNull(t.text('Where the report is; null when none was written')),
  report_error: t.text('Why report or advice is not there, or not whole').exactOptional(),
  advice: adviceLines.exactOptional(),
  error: t.text('What went wrong and what to do; of ERROR and INTERRUPTED').exactOptional(),
  truncated: t.flag('Whether lists or texts were cut; the result object has them whole').exactOptional(),
});

const provenance = z.object({
  settings: t.map('Settings, by name', z.unknown()),
  versions: t.map('Versions of the program, its code and Node', z.string()),
  steps: t.rows('Steps that were finished, in order', {
    step: t.text('Step'),
    items: t.count('Items done'),
    seconds: t.number('Seconds it took'),
  }),
});
/** How a run was made: for who checks its numbers. */
export type Provenance = t.Published<typeof provenance>;

/** How a run ended, whatever its job. */
export const ended = envelope.pick({ status: true, run_id: true, error: true });

/** What result objects of all jobs have. */
export const result = envelope.extend({ making: t.orNull(provenance).describe('How the run was made') });

/** A job of an array has its own result beside that of the job that gathers them. */
export function resultKey(runKey: string, job: string, arrayIndex?: number): string {
  return `_replay_runs/${runKey}/${job}${arrayIndex === undefined ? '' : `.${arrayIndex}`}.json`;
}

/** The envelope alone: small enough for a state machine to read. */
export function envelopeKey(runKey: string, job: string): string {
  return `_replay_runs/${runKey}/${job}.summary.json`;
}
