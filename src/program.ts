import { setMaxListeners } from 'node:events';
import { runIdOf, windowOf } from './corpus/window.ts';
import { type Job, loadJob } from './jobs.ts';
import { codeVersion } from './pool/code-version.ts';
import { faultsOf } from './publish/faults.ts';
import { importParquet } from './publish/parquet.ts';
import { type Outcome, publishResult, resultOf } from './publish/result.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import { ReplayError, SettingsError } from './shared/errors.ts';
import { exitWith } from './shared/exit.ts';
import { createLogger, type Logger } from './shared/log.ts';
import { loggedProgress, type Progress } from './shared/progress.ts';
import { lacksResources } from './shared/resources.ts';
import { Interruption } from './shared/signals.ts';
import { PACKAGE_VERSION } from './shared/version.ts';
import { importStores, openStore } from './store/open.ts';

const startedAt = performance.now();
const log = await openLog();

function secondsSinceStart(): number {
  return Math.round(performance.now() - startedAt) / 1000;
}

/** The whole program, from its command line to its exit code. `signal` is aborted when it is to stop. */
export async function program(argv: readonly string[], signal: AbortSignal): Promise<never> {
  if (argv.includes('--help')) {
    const { helpText } = await import('./terminal/help.ts');
    exitWith(await helpText(argv), 0);
  }
  if (argv.includes('--version')) exitWith(PACKAGE_VERSION, 0);
  let settings: Settings;
  try {
    settings = readSettings(argv, process.env, new Date());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    log.error(error.message);
    exitWith(
      { status: 'ERROR', error: error.message, duration_seconds: secondsSinceStart() },
      error.exitCode,
    );
  }
  // What every record says from now on.
  log.setBindings({
    job: settings.job,
    run_key: settings.runKey ?? runIdOf(settings.endTime),
    attempt: settings.attempt,
    array_index: settings.partition?.index,
  });
  if (settings.check && !settings.dryRunLlm) return check(settings, signal);
  const job = await loadJob(settings);
  if (settings.dryRunLlm) return shellRun(settings, job);
  const screen = process.stderr.isTTY ? await import('./terminal/screen.ts') : undefined;
  const { envelope, exitCode, ended } = await runJob(settings, job, signal, screen);
  // Last, where it stays in sight.
  exitWith(screen?.truncateSummary(envelope) ?? envelope, exitCode, () => screen?.showEnd(ended));
}

async function shellRun(settings: Settings, job: Job): Promise<never> {
  await Promise.all([job.boot(), importStores(), advises(settings) && importReport(), importParquet()]);
  const note = 'booted and imported everything; listed, read, wrote, emitted and called nothing';
  exitWith(
    { status: 'DRY_RUN', dry_run: true, handler: settings.job, note, duration_seconds: secondsSinceStart() },
    0,
  );
}

async function check(settings: Settings, signal: AbortSignal): Promise<never> {
  const { checkJob } = await import('./check.ts');
  try {
    const { checks, exitCode } = await checkJob(settings, { log, signal, now: new Date() });
    const failed = checks.filter(({ ok }) => !ok);
    const error = failed.map(({ what, error }) => `${what}: ${error}`).join('; ');
    const status = failed.length === 0 ? 'OK' : 'ERROR';
    const duration_seconds = secondsSinceStart();
    exitWith(
      { status, job: settings.job, ...(error && { error }), summary: { checks }, duration_seconds },
      exitCode,
    );
  } catch (cause) {
    const { exitCode, ...envelope } = outcomeOf(cause, signal);
    exitWith({ job: settings.job, ...envelope, duration_seconds: secondsSinceStart() }, exitCode);
  }
}

type Screen = typeof import('./terminal/screen.ts');

async function runJob(settings: Settings, job: Job, signal: AbortSignal, screen: Screen | undefined) {
  setMaxListeners(0, signal);
  const runId = runIdOf(settings.endTime);
  const window = windowOf(settings.endTime, 'windowDays' in settings ? settings.windowDays : 1);
  // Do not create a missing input folder when writing the error result.
  const isRead = settings.job === 'report' || settings.out === settings.corpus;
  const out = openStore(settings.out, { create: !isRead });
  const progress = await openProgress();
  const facts = { settings, run_id: runId, window_start: window.start, window_end: window.end };
  if (screen) screen.showStart(settings, window);
  else log.info(facts, 'run starts');
  let outcome: Outcome;
  try {
    outcome = await job.run({ runId, window, out, log, progress, signal, now: new Date() });
  } catch (error) {
    outcome = outcomeOf(error, signal);
  }
  progress.stop();
  const versions = { 'replay-batch': PACKAGE_VERSION, code: codeVersion(), node: process.version };
  const making = { settings: { ...settings }, versions, steps: progress.steps };
  const made = { settings, runId, startedAt, making };
  if (advises(settings) && outcome.exitCode === 0) {
    const { reportEnding } = await importReport();
    const run = { settings, runKey: settings.runKey ?? runId, out, log, progress, signal };
    outcome = { ...outcome, report: await reportEnding(resultOf(outcome, made, out), run) };
  }
  const published = await publishResult(outcome, made, out);
  const { status, error, duration_seconds: seconds } = published.envelope;
  if (error && !screen) log.error(error);
  if (status === 'PARTIAL' && !screen) {
    for (const { what, ...facts } of faultsOf({ ...outcome.found?.summary })) log.warn(facts, what);
  }
  if (!screen) log.info({ status, seconds }, 'run ends');
  return {
    ...published,
    ended: { ...published.envelope, ...(outcome.found && { summary: outcome.found.summary }) },
  };
}

/** Readable lines on a terminal, JSON lines elsewhere. */
async function openLog(): Promise<Logger> {
  if (!process.stderr.isTTY) return createLogger();
  const { readableLines } = await import('./terminal/log.ts');
  return createLogger(readableLines(process.stderr));
}

async function openProgress(): Promise<Progress> {
  // A terminal without a size, as under `docker run -t` from a script, would make ora clear lines for ever.
  const isTerminal = process.stderr.isTTY && process.stderr.columns > 0;
  if (!isTerminal) return loggedProgress(log);
  const { terminalProgress } = await import('./terminal/progress.ts');
  return terminalProgress(process.stderr);
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.reason instanceof Interruption) {
    const { message, exitCode } = signal.reason;
    return {
      status: 'INTERRUPTED',
      exitCode,
      error: `${message}; finished work is kept, the same command goes on from there`,
    };
  }
  if (error instanceof ReplayError) {
    return { status: 'ERROR', exitCode: error.exitCode, error: error.message };
  }
  if (lacksResources(error)) {
    const found = `this process lacks memory or open files: ${error}`;
    return { status: 'ERROR', exitCode: 75, error: `${found}; give it more (ulimit -n), or lower --threads` };
  }
  log.error(error, 'a fault of this program');
  return { status: 'ERROR', exitCode: 1, error: `a fault of this program, please report it: ${error}` };
}

/** Whether advice is due at the end of a run: of one that does the whole of its job and leaves it in files. */
function advises(settings: Settings): boolean {
  return 'noReport' in settings && !settings.partition && !settings.writesNothing;
}

const importReport = () => import('./report/report.ts');
