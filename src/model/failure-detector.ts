import { type ReplayError, RunError, TransientError } from '../shared/errors.ts';
import type { CallOutcome, FailedCall } from './call.ts';
import { type Failure, MAX_TRIES } from './failure.ts';

/** Calls after which a model that answered none of them is given up. */
export const HOPELESS = 20;
/** The same, when all were refused for one reason: that is no matter of luck. */
const ALL_REFUSED = 5;
/** Calls in a row, all refused for one reason, after which a model is given up that answered others before. */
const REFUSED_IN_A_ROW = 20;

/** Reasons that no call of the account can escape. */
const ACCOUNT = new Set(['no_credit', 'usage_limit']);
/** Reasons that are more often the set-up's fault than a call's: the key, the permission, the address, the model. */
const SETUP = new Set([
  'unauthorized',
  'payment_required',
  'forbidden',
  'not_found',
  'redirected',
  'untrusted',
]);

/** Reasons that lie in what a prompt holds: all prompts of a family may share them. */
const OF_PROMPT = new Set(['too_large', 'content_filter', 'blocked']);

/** Tells when no further call of a model can be expected to succeed: an error of the set-up must end a run and not
 * be counted call by call. As long as nothing was answered the calls that were begun first decide, since a refusal
 * ends sooner than an answer. After that, a row of refusals decides. */
export class FailureDetector {
  readonly #model: string;
  /** Whether earlier runs had answers of the model: then a refusal is a matter of that call. */
  readonly #known: boolean;
  #begun = 0;
  #ended = 0;
  /** Calls that had ended at the last answer; 0 before the first. */
  #endedAtAnswer = 0;
  #failedForSetup = 0;
  /** Of the first calls, by the order in which they were begun; with holes where one is not finished. */
  readonly #first: FailedCall[] = [];
  #last: FailedCall | undefined;
  /** Failures since the last answer, or since the last one for another reason. */
  #inARow = 0;
  /** When the first try after the last answer failed, and the longest wait that the service has asked for since. */
  #failing: { readonly since: number; readonly askedMs: number } | undefined;

  /** `known`: calls of the model that were answered in earlier runs. */
  constructor(model: string, known: number) {
    this.#model = model;
    this.#known = known > 0;
  }

  /** Whether any call was answered, in this run or an earlier one. */
  get answers(): boolean {
    return this.#known || this.#endedAtAnswer > 0;
  }

  /** Counts a call in. What is returned takes its outcome, and returns the error that ends the run when no call
   * can be expected to succeed. */
  begin(): (outcome: CallOutcome) => ReplayError | undefined {
    const rank = this.#begun++;
    return (outcome) => {
      this.#ended += 1;
      if ('reason' in outcome) return this.#verdict(outcome, rank);
      this.#inARow = 0;
      this.#endedAtAnswer = this.#ended;
      this.#failing = undefined;
      return undefined;
    };
  }

  /** Takes in a try that failed and may succeed later. Returns the error that ends the run when for `patienceMs`, or for
   * all tries of a call as the service spaces them, every try of as many calls has failed as decide at first. Where calls
   * are held back, their own tries take far longer. */
  failedTry({ error, retryAfterMs = 0 }: Failure, patienceMs: number): ReplayError | undefined {
    const now = performance.now();
    const { since = now, askedMs = 0 } = this.#failing ?? {};
    this.#failing = { since, askedMs: Math.max(askedMs, retryAfterMs) };
    const isPatient = now - since < Math.max(patienceMs, MAX_TRIES * this.#failing.askedMs);
    if (isPatient || this.#begun - this.#endedAtAnswer < HOPELESS) return undefined;
    const seconds = Math.round((now - since) / 1_000);
    return new TransientError(
      `expected ${this.#model} to answer, but every try failed for ${seconds} s, the last with: ${error}; the same command may succeed later`,
    );
  }

  /** The error of a model that refused all of its calls, however few, for want of a valid set-up. */
  atEnd(): ReplayError | undefined {
    if (!this.#last || this.answers || this.#failedForSetup < this.#ended) return undefined;
    return this.#refused(`all ${this.#ended} calls`, this.#last);
  }

  #verdict(failure: FailedCall, rank: number): ReplayError | undefined {
    const { reason, error, transient } = failure;
    if (reason === 'budget') return undefined; // which says nothing of the model
    if (ACCOUNT.has(reason)) {
      return new RunError(`expected ${this.#model} to answer, but the account cannot pay for it: ${error}`);
    }
    if (SETUP.has(reason)) this.#failedForSetup += 1;
    this.#inARow = this.#last?.reason === reason ? this.#inARow + 1 : 1;
    this.#last = failure;
    const isRefusal = !transient && !OF_PROMPT.has(reason);
    if (isRefusal && this.answers && this.#inARow >= REFUSED_IN_A_ROW)
      return this.#refused(`${this.#inARow} calls in a row`, failure);
    if (this.#endedAtAnswer > 0) return undefined;
    if (rank < HOPELESS) this.#first[rank] = failure;
    return this.#verdictOnFirst();
  }

  /** Goes by the calls that were begun first, up to the first unfinished one. */
  #verdictOnFirst(): ReplayError | undefined {
    const hole = this.#first.findIndex((one) => !one);
    const first = hole < 0 ? this.#first : this.#first.slice(0, hole);
    const last = first.at(-1);
    if (!last || first.length < ALL_REFUSED) return undefined;
    const isSetup = SETUP.has(last.reason) || last.reason === 'bad_request';
    if (!this.#known && isSetup && first.every(({ reason }) => reason === last.reason)) {
      return this.#refused(`each of the first ${first.length} calls`, last);
    }
    if (first.length < HOPELESS) return undefined;
    const found = `the first ${first.length} calls of ${this.#model} all failed, the last with: ${last.error}`;
    if (first.every(({ transient }) => transient)) {
      return new TransientError(`${found}; the same command may succeed later`);
    }
    return this.#known
      ? undefined
      : new RunError(`${found}; check --target-models and the service's address`);
  }

  #refused(which: string, { error }: FailedCall): RunError {
    return new RunError(
      `expected ${this.#model} to answer, but it refused ${which}, the last with: ${error}`,
    );
  }
}
