/** Room held for one call. */
export interface Reservation {
  /** Gives back what the call did not cost. */
  settle(costUsd: number): void;
}

/** A hard limit on what a run may spend. The worst case of a call is reserved before it goes out and settled by
 * its usage, so that the sum of what was spent and what is reserved never exceeds the limit. */
export class Budget {
  readonly limitUsd: number;
  #spentUsd = 0;
  #exhausted = false;
  #reservedUsd = 0;
  #open = 0;
  readonly #waiting: { readonly usd: number; resolve(reservation: Reservation | undefined): void }[] = [];

  constructor(limitUsd: number) {
    this.limitUsd = limitUsd;
  }

  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** Whether some call did not fit though nothing was in flight any more. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Waits, in order of asking, until `usd` fits; resolves to undefined when it never will, because nothing is
   * in flight that could give some back, and ever after: a run stops at the first call that does not fit. */
  async reserve(usd: number): Promise<Reservation | undefined> {
    if (usd === 0) return this.reserveCommitted(0); // what costs nothing, or has no known price
    const { promise, resolve } = Promise.withResolvers<Reservation | undefined>();
    this.#waiting.push({ usd, resolve });
    this.#serve();
    return promise;
  }

  /** Reserves at once, or not at all. */
  tryReserve(usd: number): Reservation | undefined {
    return this.#waiting.length === 0 && this.#fits(usd) ? this.reserveCommitted(usd) : undefined;
  }

  /** Reserves what is spent already, whether it fits or not: a batch that an earlier run sent off. */
  reserveCommitted(usd: number): Reservation {
    this.#reservedUsd += usd;
    this.#open += 1;
    let settled = false;
    return {
      settle: (costUsd) => {
        if (settled) return;
        settled = true;
        this.#open -= 1;
        this.#reservedUsd -= usd;
        this.#spentUsd += costUsd;
        this.#serve();
      },
    };
  }

  /** Books what another process has spent of it. */
  book(usd: number): void {
    this.#spentUsd += usd;
  }

  #fits(usd: number): boolean {
    // Sums of many small costs are off by less than this.
    return this.#spentUsd + this.#reservedUsd + usd <= this.limitUsd + 1e-9;
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const fits = !this.#exhausted && this.#fits(next.usd);
      if (!fits && !this.#exhausted && this.#open > 0) return;
      this.#exhausted = !fits;
      this.#waiting.shift();
      next.resolve(fits ? this.reserveCommitted(next.usd) : undefined);
    }
  }
}
