/** Room held for one call. */
export interface Reservation {
  /** Gives back what the call did not cost. */
  settle(costUsd: number): void;
}

interface Waiting {
  readonly usd: number;
  readonly resolve: (reservation: Reservation | undefined) => void;
}

/** A hard limit on what a run may spend. The worst case of a call is reserved before it goes out and settled by
 * its usage, so that the sum of what was spent and what is reserved never exceeds the limit. */
export class Budget {
  readonly limitUsd: number;
  #spentUsd = 0;
  #exhausted = false;
  #reservedUsd = 0;
  #open = 0;
  readonly #waiting: Waiting[] = [];

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
    if (usd === 0) return this.#take(0); // what costs nothing, or has no known price
    const { promise, resolve } = Promise.withResolvers<Reservation | undefined>();
    this.#waiting.push({ usd, resolve });
    this.#serve();
    return promise;
  }

  /** Reserves at once, or not at all. */
  tryReserve(usd: number): Reservation | undefined {
    return this.#waiting.length === 0 && this.#fits(usd) ? this.#take(usd) : undefined;
  }

  /** Reserves what is spent already, whether it fits or not: a batch that an earlier run sent off. */
  reserveCommitted(usd: number): Reservation {
    return this.#take(usd);
  }

  /** Books what another process has spent of it. */
  book(usd: number): void {
    this.#spentUsd += usd;
  }

  #fits(usd: number): boolean {
    // Sums of many small costs are off by less than this.
    return this.#spentUsd + this.#reservedUsd + usd <= this.limitUsd + 1e-9;
  }

  #take(usd: number): Reservation {
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

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (!this.#exhausted && this.#fits(next.usd)) {
        this.#waiting.shift();
        next.resolve(this.#take(next.usd));
      } else if (this.#exhausted || this.#open === 0) {
        this.#exhausted = true;
        this.#waiting.shift();
        next.resolve(undefined);
      } else {
        return;
      }
    }
  }
}
