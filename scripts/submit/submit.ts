import { runIdOf } from '../../src/corpus/window.ts';
import { envelopeKey, resultKey } from '../../src/results/keys.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { ReplayError, SettingsError } from '../../src/shared/errors.ts';
import { printable, writeOutput } from '../../src/shared/output.ts';
import { Interruption } from '../../src/shared/signals.ts';
import { openStore } from '../../src/store/open.ts';
import { openBatch } from './batch.ts';
import { endingOf } from './ending.ts';
import { follow } from './follow.ts';
import { readOptions } from './options.ts';
import { overridesOf, settingsInContainer } from './overrides.ts';
import { after, requestsFor } from './requests.ts';
import { describeCommand, submitAll, terminateCommand } from './submission.ts';

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
      `--array: expected counterfactual or concordance, whose work has shares, found ${job}`,
    );
  }
  if (job === 'report' && overrides.environment.RUN_KEY === undefined) {
    throw new SettingsError('report: expected --run-key KEY, which names the run to report on, found none');
  }
  const requests = (queue: string, definition: string, settings: Settings) =>
    requestsFor({ name: `replay-${job}-${runKeyOf(settings)}`, queue, definition, overrides, size });
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
  const isKept = !settings.writesNothing && !settings.dryRunLlm;
  const { out } = settings;
  const end = settings.endTime.toISOString();
  signal.throwIfAborted();
  say(
    `${job} with --end-time-iso ${end} to ${options.queue} in ${batch.region}, definition ${definition.name}`,
  );
  const jobs = await submitAll(batch, requests(options.queue, definition.name, settings));
  const submission = {
    region: batch.region,
    queue: options.queue,
    definition: definition.name,
    end_time_iso: end,
    run_id: runIdOf(settings.endTime),
    result_uri: isKept ? `${openStore(out).uri}/${resultKey(runKeyOf(settings), settings.job)}` : null,
    jobs,
  };
  for (const { role, name, id, console_url } of jobs) say(`${role} job ${name} ${id}\n  ${console_url}`);
  say(`result: ${submission.result_uri ?? 'none, this job writes nothing'}`);
  if (!options.wait && !options.logs)
    return { document: { status: 'SUBMITTED', ...submission }, exitCode: 0 };

  try {
    const details = await follow(batch, jobs, { signal, say });
    const key = isKept ? envelopeKey(runKeyOf(settings), settings.job) : null;
    const ending = await endingOf(details, { batch, out, envelopeKey: key, logs: options.logs, say });
    return { document: { ...submission, ...ending }, exitCode: ending.exit_code };
  } catch (error) {
    if (!(error instanceof Interruption || error instanceof ReplayError)) throw error;
    say(`the job goes on; follow it with\n  ${describeCommand(batch, jobs)}`);
    say(`end it with\n${jobs.map((one) => `  ${terminateCommand(batch, one)}`).join('\n')}`);
    const { message, exitCode } = error;
    const status = error instanceof Interruption ? 'INTERRUPTED' : 'ERROR';
    return { document: { status, error: message, ...submission }, exitCode };
  }
}

function runKeyOf({ runKey, endTime }: Settings): string {
  return runKey ?? runIdOf(endTime);
}

function say(line: string): void {
  writeOutput(2, `${printable(line)}\n`);
}
