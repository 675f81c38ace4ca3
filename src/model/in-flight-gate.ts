import { waitInLine } from './wait-in-line.ts';

/** Lets calls in as long as fewer than `capacity` are in flight. Others wait, first come first served. */
export class InFlightGate {
  #capacity: number;
  #inFlight = 0;
  readonly #entering = new Set<() => void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  set capacity(capacity: number) {
    this.#capacity = capacity;
    this.#admit();
  }

  /** Waits until a call may be in flight; false once aborted. What enters leaves. */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (!signal.aborted && this.#inFlight < this.#capacity) {
      this.#inFlight += 1;
      return true;
    }
    const entered = await waitInLine<true>(signal, (resolve) => {
      const waiting = () => resolve(true);
      this.#entering.add(waiting);
      return () => this.#entering.delete(waiting);
    });
    return entered ?? false;
  }

  leave(): void {
    this.#inFlight -= 1;
    this.#admit();
  }

  #admit(): void {
    for (const enter of this.#entering) {
      if (this.#inFlight >= this.#capacity) return;
      this.#entering.delete(enter);
      this.#inFlight += 1;
      enter();
    }
  }
}
