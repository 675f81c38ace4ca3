import { onTestFinished, vi } from 'vitest';
import { runIdOf, windowOf } from '../../src/corpus/window.ts';
import { loadJob } from '../../src/jobs.ts';
import type { Outcome } from '../../src/publish/result.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { ReplayError } from '../../src/shared/errors.ts';
import { createLogger } from '../../src/shared/log.ts';
import { loggedProgress } from '../../src/shared/progress.ts';
import { openStore } from '../../src/store/open.ts';
import type { Json } from '../e2e/program.ts';
import { job as jobAs } from '../e2e/replaying.ts';
import type { AnthropicServer } from '../servers/anthropic.ts';

export interface Ended {
  readonly code: number;
  /** What an envelope shows of the outcome, and the lists of the result object. */
  readonly envelope: Json;
}

/** Runs a job in this process, which spares what a process costs: all of it but the envelope, the report and the
 * handling of signals. `env` stands for the environment, and is that of the Anthropic SDK, too. */
export async function runJob(
  args: readonly string[],
  { env = {} }: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const now = new Date();
  const settings = readSettings(args, { POOL_THREADS: '1', ...env }, now);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const log = createLogger({ write: () => {} });
  const context = {
    runId: runIdOf(settings.endTime),
    window: windowOf(settings.endTime, 'windowDays' in settings ? settings.windowDays : 1),
    out: openStore(settings.out),
    log,
    progress: loggedProgress(log),
    signal: new AbortController().signal,
    now,
  };
  let outcome: Outcome;
  try {
    outcome = await (await loadJob(settings)).run(context);
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    outcome = { status: 'ERROR', exitCode: error.exitCode, error: error.message };
  }
  const { exitCode: code, found, ...envelope } = outcome;
  return { code, envelope: { run_id: context.runId, ...envelope, ...found } };
}

/** The job in this process, over a corpus and into a folder of its own. */
export function job(server: AnthropicServer | undefined, corpus: readonly string[]) {
  return jobAs(server, corpus, runJob);
}
