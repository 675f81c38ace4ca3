import type { JobDetail } from '@aws-sdk/client-batch';
import { runIdOf } from '../../src/corpus/window.ts';
import { envelopeKey, resultKey } from '../../src/results/envelope.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { ReplayError, SettingsError } from '../../src/shared/errors.ts';
import { writeOutput } from '../../src/shared/output.ts';
import { Interruption } from '../../src/shared/signals.ts';
import { openStore } from '../../src/store/open.ts';
import { openBatch } from './batch.ts';
import { endingOf } from './ending.ts';
import { follow } from './follow.ts';
import { readOptions } from './options.ts';
import { overridesOf, settingsInContainer } from './overrides.ts';
import { after, requestsFor } from './requests.ts';
import { goesOn, type Submitted, submitTo } from './submission.ts';

export interface Said {
  /** The one document on stdout. */
  readonly document: object;
  readonly exitCode: number;
}

/** The whole of it, from the command line to the exit code. `signal` ends the following, not the job. Throws
 * ReplayError, and the signal's reason when it comes before anything is submitted. */
export async function submit(argv: readonly string[], signal: AbortSignal): Promise<Said> {
  const now = new Date();
  const { options, jobArgv } = readOptions(argv);
  const overrides = overridesOf(jobArgv, now);
  const size = options.array;
  const [job] = overrides.command;
  if (size > 1 && job !== 'counterfactual' && job !== 'concordance') {
    throw new SettingsError(
      `--array: expected counterfactual or concordance, whose work can be divided, found ${job}`,
    );
  }
  if (job === 'report' && overrides.environment.RUN_KEY === undefined) {
    throw new SettingsError('report: expected --run-key KEY, which names the run to report on, found none');
  }
  const requests = (queue: string, definition: string, settings: Settings) => {
    if (size > 1 && settings.check) {
      throw new SettingsError('--array: expected work that can be divided, found --check');
    }
    return requestsFor({ job: settings.job, runKey: runKeyOf(settings), queue, definition, overrides, size });
  };
  if (options.dryRun) {
    const settings = settingsInContainer(overrides, { name: options.definition, environment: {} }, now);
    const inputs = requests(options.queue, options.definition, settings)
      .map((request) => (request.role === 'fold' ? after('<id of the array job>', request) : request))
      .map(({ input }) => input);
    return { document: { status: 'DRY_RUN', requests: inputs }, exitCode: 0 };
  }

  const batch = await openBatch();
  await batch.requireQueue(options.queue);
  const definition = await batch.findDefinition(options.definition);
  const settings = settingsInContainer(overrides, definition, now);
  if (definition.command.length > 1) {
    say(
      `the command of ${definition.name}, ${definition.command.join(' ')}, is replaced by ${overrides.command.join(' ')}`,
    );
  }
  const isKept = !settings.writesNothing && !settings.dryRunLlm && !settings.check;
  const { out } = settings;
  const end = settings.endTime.toISOString();
  signal.throwIfAborted();
  say(
    `${job} with --end-time-iso ${end} to ${options.queue} in ${batch.region}, definition ${definition.name}`,
  );
  const asked = requests(options.queue, definition.name, settings);
  const waits = options.wait || options.logs;
  const jobs: Submitted[] = [];
  const details: JobDetail[] = [];
  const submission = {
    region: batch.region,
    queue: options.queue,
    definition: definition.name,
    end_time_iso: end,
    run_id: runIdOf(settings.endTime),
    result_uri: isKept ? `${openStore(out).uri}/${resultKey(runKeyOf(settings), settings.job)}` : null,
    jobs,
  };
  try {
    for (const request of asked) {
      // A fold that depends on its array never runs when a child fails: who waits submits it after the array's end.
      const previous = waits ? undefined : jobs.at(-1);
      const taken = await submitTo(batch, previous ? after(previous.id, request) : request);
      jobs.push(taken);
      say(`${taken.role} job ${taken.name} ${taken.id}\n  ${taken.console_url}`);
      if (waits) details.push(await follow(batch, taken, { signal, say }));
    }
    say(`result: ${submission.result_uri ?? 'none, this job writes nothing'}`);
    if (!waits) {
      if (size > 1) say(`the fold runs only when every child succeeds; otherwise ${foldAlone(end)}`);
      return { document: { status: 'SUBMITTED', ...submission }, exitCode: 0 };
    }
    const key = isKept ? envelopeKey(runKeyOf(settings), settings.job) : null;
    const ending = await endingOf(details, { batch, out, envelopeKey: key, logs: options.logs, say });
    return { document: { ...submission, ...ending }, exitCode: ending.exit_code };
  } catch (error) {
    if (jobs.length === 0 || !(error instanceof Interruption || error instanceof ReplayError)) throw error;
    for (const one of jobs.slice(details.length)) say(goesOn(batch, one));
    if (jobs.length < asked.length)
      say(`the fold is not submitted: when the array has ended, ${foldAlone(end)}`);
    const { message, exitCode } = error;
    if (error instanceof ReplayError) say(message);
    const status = error instanceof Interruption ? 'INTERRUPTED' : 'ERROR';
    return { document: { status, error: message, ...submission }, exitCode };
  }
}

function foldAlone(end: string): string {
  return `submit the same with --end-time-iso ${end} and without --array`;
}

function runKeyOf({ runKey, endTime }: Settings): string {
  return runKey ?? runIdOf(endTime);
}

function say(line: string): void {
  writeOutput(2, `${line}\n`);
}
