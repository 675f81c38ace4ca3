import { onAbort } from '../shared/abort.ts';

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
    const entered = await waitInLine<true>(signal, (resolve) => {
      const waiting = () => resolve(true);
      this.#entering.add(waiting);
      this.#admit();
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

/** Resolves to what `join` passes to its argument, or to undefined once the signal is aborted. `join` returns how to
 * leave the line, which is called on an abort. */
export function waitInLine<T>(
  signal: AbortSignal,
  join: (admit: (value: T) => void) => () => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const removeListener = onAbort(signal, () => {
      leave();
      resolve(undefined);
    });
    const leave = join((value) => {
      removeListener();
      resolve(value);
    });
  });
}
