import { setMaxListeners } from 'node:events';
import { runIdOf, windowOf } from './corpus/window.ts';
import { ReplayError, SettingsError } from './errors.ts';
import { type Job, jobs } from './jobs.ts';
import { leave } from './leave.ts';
import { createLogger } from './log.ts';
import { createProgress } from './progress.ts';
import { type Outcome, publishResult } from './publish/result.ts';
import { helpText } from './settings/command-line.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import { Interruption } from './signals.ts';
import { importStores, openStore } from './store/open.ts';

const startedAt = performance.now();
const log = await createLogger();

function secondsSinceStart(): number {
  return Math.round(performance.now() - startedAt) / 1000;
}

/** The whole program, from its command line to its exit code. `signal` is aborted when it is to stop. */
export async function program(argv: readonly string[], signal: AbortSignal): Promise<never> {
  if (argv.includes('--help')) leave(await helpText(), 0);
  let settings: Settings;
  let job: Job;
  try {
    settings = readSettings(argv, process.env, new Date());
    job = await importJob(settings);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    log.error(error.message);
    leave({ status: 'ERROR', error: error.message, duration_seconds: secondsSinceStart() }, error.exitCode);
  }
  if (settings.dryRunLlm) return shellRun(settings, job);
  const { envelope, exitCode } = await runJob(settings, job, signal);
  leave(envelope, exitCode);
}

async function importJob({ job }: Settings): Promise<Job> {
  const load = jobs[job];
  if (!load) {
    throw new SettingsError(
      `expected a job that this version has (${Object.keys(jobs).join(', ')}), found ${job}`,
    );
  }
  return load();
}

async function shellRun(settings: Settings, job: Job): Promise<never> {
  await Promise.all([importStores(), job.boot(settings)]);
  const note = 'booted and imported everything; listed, read, wrote, emitted and called nothing';
  leave(
    { status: 'DRY_RUN', dry_run: true, handler: settings.job, note, duration_seconds: secondsSinceStart() },
    0,
  );
}

async function runJob(settings: Settings, job: Job, signal: AbortSignal) {
  setMaxListeners(0, signal);
  const runId = runIdOf(settings.endTime);
  const window = windowOf(settings.endTime, settings.windowDays);
  // A corpus that is not there must not come to be by the writing of the error that says so.
  const out = openStore(settings.out, { create: settings.out !== settings.corpus });
  const progress = await createProgress(log);
  log.info({ ...settings, run_id: runId, window_start: window.start, window_end: window.end }, 'run starts');
  let outcome: Outcome;
  try {
    outcome = await job.run({ settings, runId, window, out, log, progress, signal, now: new Date() });
  } catch (error) {
    outcome = outcomeOf(error, signal);
  }
  const published = await publishResult(outcome, { settings, runId, startedAt }, out);
  const { status, error, duration_seconds: seconds } = published.envelope;
  if (error) log.error(error);
  log.info({ status, seconds }, 'run ends');
  return published;
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
  log.error(error, 'a fault of this program');
  return { status: 'ERROR', exitCode: 1, error: `a fault of this program, please report it: ${error}` };
}
