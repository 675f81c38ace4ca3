import type { Settings } from '../settings/settings.ts';
import { untilAborted } from '../shared/abort.ts';
import { ReplayError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Progress } from '../shared/progress.ts';
import type { Store } from '../store/store.ts';
import { readReport } from './read-report.ts';
import { type Written, writeFiles } from './write-files.ts';

interface EndOfRun {
  readonly settings: Settings;
  readonly runKey: string;
  readonly out: Store;
  readonly log: Logger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Writes advice and, unless it is not wanted, the report on the run that is ending, whose result object is about to be
 * written. Whatever goes wrong costs these only, and is handed over as a value. */
export async function reportEnding(result: object, run: EndOfRun): Promise<Written> {
  const { settings, runKey, out, log, progress, signal } = run;
  const own = { job: settings.job, text: JSON.stringify(result) };
  const hasReport = !('noReport' in settings && settings.noReport);
  const hasTables = !('noTables' in settings && settings.noTables);
  let made: Written = {};
  const write = async () => {
    const data = await readReport(out, runKey, { own, corpus: settings.corpus, hasHistory: hasReport });
    signal.throwIfAborted();
    const [lost] = data.unreadable.filter(({ job }) => job === settings.job);
    if (lost) made = { error: `${lost.key}: ${lost.error}` };
    await writeFiles(out, data, { hasReport, hasTables }, (written) => {
      made = { ...made, ...written };
    });
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
