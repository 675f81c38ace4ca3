import type { CallContext, PendingCall, Transport } from '../../call.ts';
import { FailureDetector } from '../../failure-detector.ts';
import { MAX_IN_FLIGHT } from '../../rate-limiter.ts';
import { REQUEST_MS } from '../client.ts';
import { ModelState } from './model-state.ts';
import { type MessagesOptions, MessagesRun } from './run.ts';

/** Milliseconds that calls on the wire have to end once the run is stopped: they are paid for, and a program
 * that is told to go has 20 seconds, in which it still has to publish. */
const DRAIN_MS = 8_000;

/** Puts each call to the Messages API by itself, many at a time, and tries again what may succeed later. */
export class MessagesTransport implements Transport {
  readonly #options: Required<MessagesOptions>;
  readonly #models = new Map<string, ModelState>();

  constructor({ client, requestMs = REQUEST_MS, drainMs = DRAIN_MS, log = () => {} }: MessagesOptions) {
    this.#options = { client, requestMs, drainMs, log };
  }

  /** The calls must be of one model; other models may run at the same time. */
  async run(calls: readonly PendingCall[], context: CallContext): Promise<void> {
    const [first] = calls;
    if (!first) return;
    const model = this.#models.get(first.model) ?? this.#stateOf(first.model, context.known);
    this.#models.set(model.name, model);
    this.#share(model, 1);
    try {
      await new MessagesRun(model, context, this.#options).make(calls);
    } finally {
      this.#share(model, -1);
    }
  }

  #stateOf(model: string, known: number): ModelState {
    const { client, log } = this.#options;
    return new ModelState(model, new FailureDetector(`${model} at ${client.baseURL}`, known), log);
  }

  /** Models that run at the same time share the calls that may be in flight. */
  #share(model: ModelState, runs: 1 | -1): void {
    model.runs += runs;
    const active = [...this.#models.values()].filter((one) => one.runs > 0);
    for (const { limiter } of active) {
      limiter.ceiling = Math.max(1, Math.floor(MAX_IN_FLIGHT / active.length));
    }
  }
}
