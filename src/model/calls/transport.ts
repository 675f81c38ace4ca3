import type { CallContext, PendingCall, Transport } from '../call.ts';
import { REQUEST_MS } from '../endpoint.ts';
import { MAX_IN_FLIGHT } from '../rate-limiter.ts';
import type { Connection } from '../wire.ts';
import { importWire } from '../wires.ts';
import { CallSender, ModelState } from './sender.ts';

const OPTIONS = {
  requestMs: REQUEST_MS,
  /** Calls on the wire that a stopped run waits for are paid for, and a program that is told to go has 20 seconds, in which
   * it still has to publish. */
  drainMs: 8_000,
  /** Longer than most outages. */
  patienceMs: 4 * 60_000,
  /** Opens the way to a model. */
  connect: async (model: string): Promise<Connection> => (await importWire(model)).connect(),
  /** Takes lines for people. */
  log: (_line: string): void => {},
};

/** Makes each call by itself, many at a time, and tries again what may succeed later. */
export class CallTransport implements Transport {
  readonly #options: typeof OPTIONS;
  readonly #models = new Map<string, ModelState>();

  constructor(options: Partial<typeof OPTIONS> = {}) {
    this.#options = { ...OPTIONS, ...options };
  }

  /** The calls must be of one model; other models may be in use at the same time. */
  async send(calls: readonly PendingCall[], context: CallContext): Promise<void> {
    const [first] = calls;
    if (!first) return;
    const model = this.#models.get(first.model) ?? (await this.#open(first.model, context.known));
    this.#divideInFlight(model, 1);
    try {
      await new CallSender(model, context, this.#options).make(calls);
    } finally {
      this.#divideInFlight(model, -1);
    }
  }

  async #open(name: string, known: number): Promise<ModelState> {
    const { connect, log } = this.#options;
    const model = new ModelState(name, await connect(name), known, log);
    this.#models.set(name, model);
    return model;
  }

  /** Divides the calls that may be in flight among the models in use. */
  #divideInFlight(model: ModelState, change: 1 | -1): void {
    model.senders += change;
    const active = [...this.#models.values()].filter((one) => one.senders > 0);
    for (const { limiter } of active) {
      limiter.ceiling = Math.max(1, Math.floor(MAX_IN_FLIGHT / active.length));
    }
  }
}
