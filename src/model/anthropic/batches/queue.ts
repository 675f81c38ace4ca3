import type { PendingCall } from '../../call.ts';

/** How often a call is sent before one that expired or failed is given up. */
const MAX_SENDS = 3;

/** The calls that are still to be sent, in their order. */
export class CallQueue {
  /** By hash. */
  #waiting: Map<string, PendingCall>;
  readonly #rank: ReadonlyMap<string, number>;
  /** By hash. */
  readonly #sends = new Map<string, number>();

  constructor(calls: readonly PendingCall[]) {
    this.#waiting = new Map(calls.map((call) => [call.hash, call]));
    this.#rank = new Map(calls.map(({ hash }, rank) => [hash, rank]));
  }

  get size(): number {
    return this.#waiting.size;
  }

  has(hash: string): boolean {
    return this.#waiting.has(hash);
  }

  /** The next calls, at most `count`. They stay in the queue. */
  next(count: number): readonly PendingCall[] {
    return [...this.#waiting.values()].slice(0, count);
  }

  /** Takes the call with this hash off the queue; undefined when it is not there. */
  take(hash: string): PendingCall | undefined {
    const call = this.#waiting.get(hash);
    this.#waiting.delete(hash);
    return call;
  }

  /** Counts a batch that the calls are in. */
  countSend(calls: Iterable<PendingCall>): void {
    for (const { hash } of calls) this.#sends.set(hash, (this.#sends.get(hash) ?? 0) + 1);
  }

  /** Whether a call was sent before it was sent last. */
  isSentAgain({ hash }: PendingCall): boolean {
    return (this.#sends.get(hash) ?? 0) > 1;
  }

  /** Whether a call may be sent once more. */
  maySend({ hash }: PendingCall): boolean {
    return (this.#sends.get(hash) ?? 0) < MAX_SENDS;
  }

  /** Puts calls back in their places. */
  putBack(calls: readonly PendingCall[]): void {
    const rankOf = ({ hash }: PendingCall) => this.#rank.get(hash) ?? 0;
    const all = [...calls, ...this.#waiting.values()].sort((one, other) => rankOf(one) - rankOf(other));
    this.#waiting = new Map(all.map((call) => [call.hash, call]));
  }
}
