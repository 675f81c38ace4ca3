import type { CallContext, PendingCall, Transport } from '../call.ts';
import { REQUEST_MS } from '../endpoint.ts';
import { MAX_IN_FLIGHT } from '../rate-limiter.ts';
import type { Connection } from '../wire.ts';
import { importWire } from '../wires.ts';
import { ModelState } from './model-state.ts';
import { CallSender, type SenderOptions } from './sender.ts';

/** Milliseconds that calls on the wire have to end once the run is stopped: they are paid for, and a program
 * that is told to go has 20 seconds, in which it still has to publish. */
const DRAIN_MS = 8_000;
/** Longer than most outages. */
const PATIENCE_MS = 4 * 60_000;

interface CallTransportOptions extends Partial<SenderOptions> {
  /** Opens the way to a model; by its wire, unless something else is said. */
  readonly connect?: (model: string) => Promise<Connection>;
  /** Takes lines for people. */
  readonly log?: (line: string) => void;
}

/** Makes each call by itself, many at a time, and tries again what may succeed later. */
export class CallTransport implements Transport {
  readonly #options: Required<CallTransportOptions>;
  readonly #models = new Map<string, ModelState>();

  constructor({
    connect = async (model) => (await importWire(model)).connect(),
    requestMs = REQUEST_MS,
    drainMs = DRAIN_MS,
    patienceMs = PATIENCE_MS,
    log = () => {},
  }: CallTransportOptions = {}) {
    this.#options = { connect, requestMs, drainMs, patienceMs, log };
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
