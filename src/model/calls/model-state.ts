import { LONG_WAIT_MS } from '../failure.ts';
import { FailureDetector } from '../failure-detector.ts';
import { AdaptiveRateLimiter } from '../rate-limiter.ts';
import type { Connection } from '../wire.ts';

/** What the senders of one model have in common. */
export class ModelState {
  readonly name: string;
  readonly connection: Connection;
  readonly limiter = new AdaptiveRateLimiter();
  readonly failures: FailureDetector;
  /** Senders under way. */
  senders = 0;
  /** Aborted when the model is given up; the reason is the error to throw. */
  readonly givenUp = new AbortController();
  readonly #log: (line: string) => void;
  #announcedUntil = 0;

  /** `known`: calls of the model that were answered in earlier runs. */
  constructor(name: string, connection: Connection, known: number, log: (line: string) => void) {
    this.name = name;
    this.connection = connection;
    this.failures = new FailureDetector(`${name} at ${connection.url}`, known);
    this.#log = log;
  }

  /** Announces a long wait. Calls that wait at the same time are announced once. */
  noteWait(ms: number, reason: string): void {
    const now = performance.now();
    if (ms <= LONG_WAIT_MS || now < this.#announcedUntil) return;
    this.#announcedUntil = now + ms;
    this.#log(`${this.name}: waiting ${Math.round(ms / 1_000)} s before another try after ${reason}`);
  }
}
