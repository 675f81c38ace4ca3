import type { Outcome } from '../publish/result.ts';
import type { Run } from '../replay/ingest/run.ts';
import type { ReportSettings } from '../settings/settings.ts';
import { untilAborted } from '../shared/abort.ts';
import { ReplayError, RunError } from '../shared/errors.ts';
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
  const made: Written = { advice: adviceOf(data) };
  if (!settings.writesNothing) {
    const wanted = { hasReport: true, hasTables: !settings.noTables };
    await writeFiles(out, data, wanted, (written) => Object.assign(made, written));
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

type EndOfRun = Pick<Run, 'settings' | 'out' | 'log' | 'progress' | 'signal'> & { readonly runKey: string };

/** Writes advice and, unless it is not wanted, the report on the run that is ending, whose result object is about to be
 * written. Whatever goes wrong costs these only, and is handed over as a value. */
export async function reportEnding(result: object, run: EndOfRun): Promise<Written> {
  const { settings, runKey, out, log, progress, signal } = run;
  const own = { job: settings.job, text: JSON.stringify(result) };
  const hasReport = !('noReport' in settings && settings.noReport);
  const hasTables = !('noTables' in settings && settings.noTables);
  const made: Written = {};
  const write = async () => {
    const data = await readReport(out, runKey, { own, corpus: settings.corpus, hasHistory: hasReport });
    signal.throwIfAborted();
    const [lost] = data.unreadable.filter(({ job }) => job === settings.job);
    if (lost) Object.assign(made, { error: `${lost.key}: ${lost.error}` });
    await writeFiles(out, data, { hasReport, hasTables }, (written) => Object.assign(made, written));
  };
  progress.start(hasReport ? 'write report' : 'write advice', 1);
  try {
    await untilAborted(write(), signal);
    progress.advance();
    progress.finish();
    return made;
  } catch (error) {
    progress.stop();
    if (error instanceof ReplayError || signal.aborted) {
      const { message } = error as Error;
      log.warn(`not all of advice, report, rules and tables is written: ${message}`);
      return { ...made, error: message };
    }
    log.error(error, 'a fault of this program');
    return { ...made, error: `a fault of this program, please report it: ${error}` };
  }
}
