/** Lets things happen a set time later, in order: at least that much later, and little more. One timer for all, since
 * a timer for each would cost as much as an answer. */
export class Delay {
  #ms = 0;
  #timer: NodeJS.Timeout | undefined;
  #queue: { readonly due: number; readonly happen: () => void }[] = [];

  set ms(ms: number) {
    this.#ms = ms;
  }

  later(happen: () => void): void {
    if (this.#ms === 0 && this.#queue.length === 0) {
      happen();
    } else {
      this.#queue.push({ due: performance.now() + this.#ms, happen });
      this.#timer ??= setTimeout(this.#flush, this.#ms);
    }
  }

  readonly #flush = (): void => {
    const now = performance.now();
    const first = this.#queue.findIndex(({ due }) => due > now);
    const happening = this.#queue.splice(0, first === -1 ? this.#queue.length : first);
    for (const { happen } of happening) happen();
    const next = this.#queue[0];
    // Rounded up: Node's timers count whole milliseconds and would fire too early, to find nothing due.
    this.#timer = next && setTimeout(this.#flush, Math.max(1, Math.ceil(next.due - performance.now())));
  };
}
