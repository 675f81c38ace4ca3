import { type ReplayError, RunError, TransientError } from '../shared/errors.ts';
import type { CallOutcome } from './call.ts';

/** Calls after which a model that answered none of them is given up. */
export const HOPELESS = 20;
/** The same, when each was refused as a bad request: that is no matter of luck. */
const ALL_BAD = 5;

type Failed = Extract<CallOutcome, { reason: string }>;

/** Whether a model answers at all, judged by the calls that were begun first: an error of the set-up must end a
 * run and not be counted call by call. By those that end first it could not be judged, for a refusal is quick. */
export class FailureDetector {
  readonly #model: string;
  /** Whether it answered such calls before: then one that it refuses is a matter of that call. */
  readonly #known: boolean;
  #begun = 0;
  #answered = false;
  /** Of the first calls, by the order in which they were begun; with holes where one is not finished. */
  readonly #failures: Failed[] = [];
  /** Calls before the first hole. */
  #judged = 0;

  /** `known`: calls of the model that were answered in earlier runs. */
  constructor(model: string, known: number) {
    this.#model = model;
    this.#known = known > 0;
  }

  /** Counts a call in. What is returned takes its outcome, and returns the error that ends the run when no call
   * can be expected to succeed. */
  begin(): (outcome: CallOutcome) => ReplayError | undefined {
    const rank = this.#begun++;
    return (outcome) => {
      if ('message' in outcome) this.#answered = true;
      else if (rank < HOPELESS) this.#failures[rank] = outcome;
      while (this.#failures[this.#judged]) this.#judged += 1;
      return this.#verdict();
    };
  }

  #verdict(): ReplayError | undefined {
    const failures = this.#failures.slice(0, this.#judged);
    const last = failures.at(-1);
    if (this.#answered || !last) return undefined;
    const { length } = failures;
    if (length >= ALL_BAD && !this.#known && failures.every(({ reason }) => reason === 'bad_request')) {
      const found = `expected ${this.#model} to take the requests, but it refused each of the first ${length}`;
      return new RunError(`${found}: ${last.error}; check --target-models, --structured and --max-tokens`);
    }
    if (length < HOPELESS) return undefined;
    const found = `the first ${length} calls of ${this.#model} all failed, the last with: ${last.error}`;
    if (failures.every(({ transient }) => transient)) {
      return new TransientError(`${found}; the same command may succeed later`);
    }
    return this.#known ? undefined : new RunError(`${found}; check --target-models and ANTHROPIC_BASE_URL`);
  }
}
