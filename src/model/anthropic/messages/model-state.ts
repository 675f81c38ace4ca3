import type { ReplayError } from '../../../shared/errors.ts';
import { FailureDetector } from '../../failure-detector.ts';
import { AdaptiveRateLimiter } from '../../rate-limiter.ts';

/** What the runs of one model share. */
export class ModelState {
  readonly name: string;
  readonly limiter = new AdaptiveRateLimiter();
  readonly failures: FailureDetector;
  /** Runs under way. */
  runs = 0;
  readonly #givenUp = new AbortController();

  constructor(name: string, known: number) {
    this.name = name;
    this.failures = new FailureDetector(name, known);
  }

  /** Aborted when the model is given up; the reason is the error to throw. */
  get givenUp(): AbortSignal {
    return this.#givenUp.signal;
  }

  giveUp(error: ReplayError): void {
    this.#givenUp.abort(error);
  }
}
