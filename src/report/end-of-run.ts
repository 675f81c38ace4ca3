import type { Outcome } from '../publish/result.ts';
import type { Settings } from '../settings/settings.ts';
import { untilAborted } from '../shared/abort.ts';
import { ReplayError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Progress } from '../shared/progress.ts';
import type { Store } from '../store/store.ts';
import { readReport, writeReport } from './write-report.ts';

interface EndOfRun {
  readonly settings: Settings;
  readonly runKey: string;
  readonly out: Store;
  readonly log: Logger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Writes the report on the run that is ending, whose result object is about to be written. Whatever goes wrong costs the
 * report only, and is handed over as a value. */
export async function reportEnding(result: object, run: EndOfRun): Promise<NonNullable<Outcome['report']>> {
  const { settings, runKey, out, log, progress, signal } = run;
  const own = { job: settings.job, text: JSON.stringify(result) };
  const write = async () => {
    const data = await readReport(out, runKey, { own, corpus: settings.corpus });
    signal.throwIfAborted();
    const [lost] = data.unreadable.filter(({ job }) => job === settings.job);
    return { uri: await writeReport(out, data), ...(lost && { error: `${lost.key}: ${lost.error}` }) };
  };
  progress.start('write report', 1);
  try {
    const report = await untilAborted(write(), signal);
    progress.advance();
    progress.finish();
    return report;
  } catch (error) {
    progress.stop();
    if (error instanceof ReplayError || signal.aborted) {
      const { message } = error as Error;
      log.warn(`the report was not made: ${message}`);
      return { error: message };
    }
    log.error(error, 'a fault of this program');
    return { error: `a fault of this program, please report it: ${error}` };
  }
}
