import type { Outcome } from '../publish/result.ts';
import type { Run } from '../replay/ingest/run.ts';
import type { ReportSettings } from '../settings/settings.ts';
import { RunError } from '../shared/errors.ts';
import { adviceOf } from './advice.ts';
import { readReport } from './read-report.ts';
import { findRun } from './read-run.ts';
import { type Written, writeFiles } from './write-files.ts';

/** Advises on a run that is over, and renders its files. */
export async function report({ settings, runId, out }: Run<ReportSettings>): Promise<Outcome> {
  const runKey = await findRun(out, settings.runKey, runId);
  const data = await readReport(out, runKey, { corpus: settings.corpus });
  const { counterfactual, concordance, unreadable } = data;
  if (!counterfactual && !concordance) {
    const why = unreadable.map(({ key, error }) => `${key}: ${error}`).join('; ');
    throw new RunError(
      `expected a result that can be shown under the run key ${runKey}, found ${why || 'none'}`,
    );
  }
  const summary = {
    window_start: data.windowStart,
    window_end: data.windowEnd,
    run_key: runKey,
    jobs: (['counterfactual', 'concordance'] as const).filter((job) => data[job] !== null),
    unreadable: unreadable.map(({ key, error }) => ({ key, error })),
  };
  let made: Written = { advice: adviceOf(data) };
  if (!settings.writesNothing) {
    await writeFiles(out, data, { hasReport: true, hasTables: !settings.noTables }, (written) => {
      made = { ...made, ...written };
    });
  }
  return {
    status: unreadable.length > 0 ? 'PARTIAL' : 'OK',
    exitCode: 0,
    found: { summary },
    of: { runKey, runId: data.runId },
    report: made,
    ...(!settings.writesNothing && { written: 2 }),
  };
}
