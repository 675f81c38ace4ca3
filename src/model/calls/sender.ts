import { onAbort } from '../../shared/abort.ts';
import { pause } from '../../shared/retry.ts';
import type { Reservation } from '../budget.ts';
import {
  type CallContext,
  type CallOutcome,
  type FailedCall,
  type PendingCall,
  unreadable,
} from '../call.ts';
import { LONG_WAIT_MS, MAX_TRIES, retryDelay } from '../failure.ts';
import { FailureDetector } from '../failure-detector.ts';
import { type Message, withUsageOf } from '../message.ts';
import { AdaptiveRateLimiter, type Need } from '../rate-limiter.ts';
import type { Connection, Try } from '../wire.ts';

export interface SenderOptions {
  /** Milliseconds of one try. */
  readonly requestMs: number;
  readonly drainMs: number;
  /** How long the tries of many calls may all fail. */
  readonly patienceMs: number;
}

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

/** Sends calls of one model, many at a time. */
export class CallSender {
  readonly #model: ModelState;
  readonly #context: CallContext;
  readonly #options: SenderOptions;
  readonly #crashed = new AbortController();
  /** Once aborted no try is begun. */
  readonly #stop: AbortSignal;
  readonly #onWire = new Set<AbortController>();

  constructor(model: ModelState, context: CallContext, options: SenderOptions) {
    this.#model = model;
    this.#context = context;
    this.#options = options;
    this.#stop = AbortSignal.any([context.signal, model.givenUp.signal, this.#crashed.signal]);
  }

  async make(calls: readonly PendingCall[]): Promise<void> {
    let drain: NodeJS.Timeout | undefined;
    const removeListener = onAbort(this.#stop, () => {
      const abortAll = () => this.#onWire.forEach((request) => void request.abort());
      drain = setTimeout(abortAll, this.#options.drainMs);
    });
    await this.#makeInOrder(calls);
    removeListener();
    clearTimeout(drain);

    if (this.#crashed.signal.aborted) throw this.#crashed.signal.reason;
    this.#model.givenUp.signal.throwIfAborted();
    const refused = this.#stop.aborted ? undefined : this.#model.failures.atEnd();
    if (refused) throw refused;
  }

  /** Never throws: what a call throws crashes the sender. */
  async #makeInOrder(calls: readonly PendingCall[]): Promise<void> {
    const { limiter } = this.#model;
    const running = new Set<Promise<void>>();
    let isFirst = true;
    for (const call of calls) {
      if (call.isWanted && !(await call.isWanted(this.#stop))) continue;
      if (!(await limiter.gate.enter(this.#stop))) break;
      const reservation = await this.#context.budget.reserve(call.worstUsd);
      if (!reservation || this.#stop.aborted) {
        reservation?.settle(0);
        limiter.gate.leave();
        break;
      }
      const made = this.#makeOne(call, reservation)
        .catch((error) => this.#crashed.abort(error))
        .finally(() => {
          // For a call that crashed: nobody must wait for what it held.
          reservation.settle(call.worstUsd);
          limiter.gate.leave();
          running.delete(made);
        });
      running.add(made);
      if (isFirst && this.#model.connection.probes) await made;
      isFirst = false;
    }
    await Promise.all(running);
  }

  /** Makes a call and hands its outcome over; a call that is stopped has none. */
  async #makeOne(call: PendingCall, reservation: Reservation): Promise<void> {
    const request = await this.#request(call);
    if (!request || 'reason' in request) reservation.settle(0);
    if (!request) return;
    if ('reason' in request) return this.#context.completed(call, request);
    const ended = this.#model.failures.begin();
    const end = await this.#answer(call, request, reservation);
    if (!end) return;
    const hopeless = ended(end.outcome);
    if (hopeless) this.#model.givenUp.abort(hopeless);
    await this.#context.completed(call, end.outcome);
    end.leave?.();
  }

  async #request(call: PendingCall): Promise<object | FailedCall | undefined> {
    try {
      return await call.request();
    } catch (error) {
      if (this.#stop.aborted && error === this.#context.signal.reason) return undefined;
      return unreadable(error);
    }
  }

  /** Tries a call until it has an outcome, or is stopped.
   *
   * An answer with an error status is not billed: the reservation is kept for the next try. Where no answer
   * came, or half of one, the service may have billed it. Nobody will tell, so that try is booked at its worst
   * case and the next one needs a reservation of its own: the service's account never exceeds the budget.
   *
   * An answered call keeps its permit until `leave`, which is called when its answer is kept: while answers cannot be
   * kept, no more calls are paid than were on the wire. */
  async #answer(
    call: PendingCall,
    request: object,
    reservation: Reservation,
  ): Promise<{ readonly outcome: CallOutcome; readonly leave?: () => void } | undefined> {
    const { limiter, failures } = this.#model;
    const { budget } = this.#context;
    const need = estimate(request, call);
    let held = reservation;
    const discarded: Message[] = [];
    try {
      for (let tries = 1; ; tries++) {
        const permit = await limiter.permit(need, this.#stop);
        if (!permit) {
          held.settle(0);
          return undefined;
        }
        const sentAt = performance.now();
        const answer = await this.#send(request);
        if ('message' in answer) {
          const { message, limits } = answer;
          const latencyMs = performance.now() - sentAt;
          held.settle(this.#context.cost(message));
          return {
            outcome: { message: withUsageOf(message, discarded), latencyMs },
            leave: () => permit.succeeded(limits, used(message)),
          };
        }

        if (answer.status === 429) permit.rateLimited(answer.limits, answer.retryAfterMs);
        else permit.failed(answer.limits);
        const hopeless = answer.passing && failures.failedTry(answer, this.#options.patienceMs);
        if (hopeless) this.#model.givenUp.abort(hopeless);
        const isLast = !answer.passing || tries === MAX_TRIES;
        if (answer.discarded) discarded.push(answer.discarded);
        if (answer.discarded || answer.maybeBilled || isLast || this.#stop.aborted) {
          const unused = answer.maybeBilled ? call.worstUsd : 0;
          held.settle(answer.discarded ? this.#context.cost(answer.discarded) : unused);
          if (this.#stop.aborted && answer.passing) return undefined;
          const { reason, error, passing } = answer;
          if (isLast) return { outcome: { reason, error, transient: passing } };
          const again = await budget.reserve(call.worstUsd);
          if (!again) {
            const left = `no budget for another try after: ${error}`;
            return { outcome: { reason: 'budget', error: left, transient: true } };
          }
          held = again;
        }
        const wait = retryDelay(tries, answer.retryAfterMs);
        this.#model.noteWait(wait, answer.error);
        await pause(wait, this.#stop).catch(() => {});
      }
    } finally {
      held.settle(call.worstUsd);
    }
  }

  async #send(request: object): Promise<Try> {
    const controller = new AbortController();
    this.#onWire.add(controller);
    const timer = setTimeout(() => controller.abort(), this.#options.requestMs);
    try {
      return await this.#model.connection.send(request, controller.signal);
    } finally {
      clearTimeout(timer);
      this.#onWire.delete(controller);
    }
  }
}

/** What a request will take of the limits: a token is about four bytes. */
function estimate(request: object, { maxTokens }: PendingCall): Need {
  return { inputTokens: JSON.stringify(request).length / 4, outputTokens: maxTokens };
}

/** What a call took of the limits; what is read from the cache does not count. */
function used({ usage }: Message): Need {
  return {
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0),
    outputTokens: usage.output_tokens,
  };
}
