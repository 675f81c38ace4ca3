import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { onAbort } from '../../../shared/abort.ts';
import { ReplayError, RunError } from '../../../shared/errors.ts';
import type { Reservation } from '../../budget.ts';
import type { CallContext, CallOutcome, Message, ModelRequest, PendingCall } from '../../call.ts';
import { isMessage } from '../../message.ts';
import type { Need } from '../../rate-limiter.ts';
import { limitsIn } from '../rate-limit-headers.ts';
import { type Failure, failureOf, MAX_TRIES, malformed, retryDelay } from '../retry.ts';
import type { ModelState } from './model-state.ts';

export interface MessagesOptions {
  /** Must not retry by itself. */
  readonly client: Anthropic;
  /** Milliseconds of one try. */
  readonly requestMs?: number;
  readonly drainMs?: number;
}

/** One run of the calls of one model. */
export class MessagesRun {
  readonly #model: ModelState;
  readonly #context: CallContext;
  readonly #options: Required<MessagesOptions>;
  readonly #crashed = new AbortController();
  /** Once aborted no try is begun. */
  readonly #stop: AbortSignal;
  readonly #onWire = new Set<AbortController>();

  constructor(model: ModelState, context: CallContext, options: Required<MessagesOptions>) {
    this.#model = model;
    this.#context = context;
    this.#options = options;
    this.#stop = AbortSignal.any([context.signal, model.givenUp, this.#crashed.signal]);
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
    this.#model.givenUp.throwIfAborted();
  }

  /** Never throws: what a call throws crashes the run. */
  async #makeInOrder(calls: readonly PendingCall[]): Promise<void> {
    const { limiter } = this.#model;
    const running = new Set<Promise<void>>();
    for (const call of calls) {
      if (call.isWanted && !(await call.isWanted(this.#stop))) continue;
      if (!(await limiter.enter(this.#stop))) break;
      const reservation = await this.#context.budget.reserve(call.worstUsd);
      if (!reservation || this.#stop.aborted) {
        reservation?.settle(0);
        limiter.leave();
        break;
      }
      const made = this.#makeOne(call, reservation)
        .catch((error) => this.#crashed.abort(error))
        .finally(() => {
          // For a call that crashed: nobody must wait for what it held.
          reservation.settle(call.worstUsd);
          limiter.leave();
          running.delete(made);
        });
      running.add(made);
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
    const outcome = await this.#answer(call, request, reservation);
    if (!outcome) return;
    const hopeless = ended(outcome);
    if (hopeless) this.#model.giveUp(hopeless);
    await this.#context.completed(call, outcome);
  }

  async #request(call: PendingCall): Promise<ModelRequest | (CallOutcome & { reason: string }) | undefined> {
    try {
      return await call.request();
    } catch (error) {
      if (this.#stop.aborted && error === this.#context.signal.reason) return undefined;
      if (!(error instanceof ReplayError)) throw error;
      return { reason: 'unreadable', error: error.message, transient: error.exitCode === 75 };
    }
  }

  /** Tries a call until it has an outcome, or is stopped.
   *
   * An answer with an error status is not billed: the reservation is kept for the next try. Where no answer
   * came, or half of one, the service may have billed it. Nobody will tell, so that try is booked at its worst
   * case and the next one needs a reservation of its own: the service's account never exceeds the budget. */
  async #answer(
    call: PendingCall,
    request: ModelRequest,
    reservation: Reservation,
  ): Promise<CallOutcome | undefined> {
    const { limiter } = this.#model;
    const { budget } = this.#context;
    const need = estimate(request);
    let held = reservation;
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
          const latencyMs = performance.now() - sentAt;
          permit.succeeded(limitsIn(answer.headers), used(answer.message));
          held.settle(this.#context.cost(answer.message));
          return { message: answer.message, latencyMs };
        }

        if (answer.status === 429) permit.rateLimited(limitsIn(answer.headers), answer.retryAfterMs);
        else permit.failed(limitsIn(answer.headers));
        if (answer.kind === 'run') this.#model.giveUp(this.#refused(answer));
        const isLast = answer.kind === 'call' || tries === MAX_TRIES;
        if (answer.maybeBilled || isLast || this.#stop.aborted) {
          held.settle(answer.maybeBilled ? call.worstUsd : 0);
          if (this.#stop.aborted && answer.kind !== 'call') return undefined;
          const { reason, error, kind } = answer;
          if (isLast) return { reason, error, transient: kind === 'passing' };
          const again = await budget.reserve(call.worstUsd);
          if (!again)
            return { reason: 'budget', error: `no budget for another try after: ${error}`, transient: true };
          held = again;
        }
        await this.#pause(retryDelay(tries, answer.retryAfterMs));
      }
    } finally {
      held.settle(call.worstUsd);
    }
  }

  async #send(request: ModelRequest): Promise<{ message: Message; headers: Headers } | Failure> {
    const controller = new AbortController();
    this.#onWire.add(controller);
    const timer = setTimeout(() => controller.abort(), this.#options.requestMs);
    try {
      const { signal } = controller;
      const { data, response } = await this.#options.client.messages
        .create(request, { signal })
        .withResponse();
      if (isMessage(data)) return { message: data, headers: response.headers };
      return malformed(`expected a message, found ${JSON.stringify(data)?.slice(0, 200)}`);
    } catch (error) {
      const failure = failureOf(error);
      if (!failure) throw error;
      return failure;
    } finally {
      clearTimeout(timer);
      this.#onWire.delete(controller);
    }
  }

  /** Sleeps, or returns when the run is stopped. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop }).catch(() => {});
  }

  #refused({ status, error }: Failure): RunError {
    const advice = new Map([
      [401, 'check ANTHROPIC_API_KEY'],
      [402, "check the account's credit"],
      [403, 'check what the key of ANTHROPIC_API_KEY may use'],
    ]).get(status ?? 0);
    const found = `expected ${this.#model.name} at ${this.#options.client.baseURL} to answer, found ${error}`;
    return new RunError(`${found}; ${advice ?? 'check --target-models and ANTHROPIC_BASE_URL'}`);
  }
}

/** What a request will take of the limits: a token is about four bytes. */
function estimate(request: ModelRequest): Need {
  return { inputTokens: JSON.stringify(request).length / 4, outputTokens: request.max_tokens };
}

/** What a call took of the limits; what is read from the cache does not count. */
function used({ usage }: Message): Need {
  return {
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0),
    outputTokens: usage.output_tokens,
  };
}
