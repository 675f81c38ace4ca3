import { constants } from 'node:os';

/** Why a run was aborted from outside. */
export class Interruption extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = 'Interruption';
    this.signal = signal;
  }

  /** 128 plus the signal's number, as a shell reports it: Batch retries a job that ends with it. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/** Fargate kills a task 30 seconds after its SIGTERM; by then the result object must stand. */
const GRACE_MS = 15_000;

/** A signal that is aborted by the first SIGTERM or SIGINT. A second one, or the end of the grace period,
 * leaves at once. */
export function abortOnSignals(leaveAtOnce: (interruption: Interruption) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      const interruption = new Interruption(name);
      if (controller.signal.aborted) return leaveAtOnce(interruption);
      setTimeout(() => leaveAtOnce(interruption), GRACE_MS).unref();
      controller.abort(interruption);
    });
  }
  return controller.signal;
}
