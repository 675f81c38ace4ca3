import type { Limit } from './limits.ts';

/** Share of a limit that is used: clocks and roads differ, and who keeps under a limit never waits for it. */
const USED_SHARE = 0.97;
/** Share of a minute's allowance that may be taken at once; with the share above no minute exceeds the limit. */
const BURST_SHARE = 0.02;
const MINUTE_MS = 60_000;

interface Known {
  readonly remaining: number;
  readonly resetAt: number;
  /** What had been taken in all, the request of this answer included, when that was sent. */
  readonly taken: number;
  readonly at: number;
  /** Refill a millisecond; 0 where all comes back at once. */
  readonly refill: number;
}

/** Paces the use of one thing that is limited by the minute: requests, or tokens. Without a limit it never
 * waits. Times are milliseconds of performance.now(). */
export class TokenBucket {
  #limit = Infinity;
  /** Allowance that may be used now; negative after something larger than a burst. */
  #credit = 0;
  #creditAt = 0;
  #taken = 0;
  #firstTakenAt = 0;
  #known: Known | undefined;

  /** Milliseconds until `amount` may be taken, of which `expected` will be used: the service must have room for
   * all of it, the pace is that of the use. An amount above the whole limit is treated as all of it, so that the
   * service decides. */
  wait(amount: number, expected: number, now: number): number {
    if (this.#limit === Infinity) return 0;
    this.#refill(now);
    const needed = Math.min(expected, burst(this.#limit));
    const own = Math.max(0, (needed - this.#credit) / perMs(this.#limit));
    return Math.max(own, this.#waitForRoom(Math.min(amount, this.#limit), now));
  }

  /** Returns all that was taken so far. */
  take(amount: number, expected: number, now: number): number {
    if (this.#taken === 0) this.#firstTakenAt = now;
    this.#taken += amount;
    this.#credit -= expected;
    return this.#taken;
  }

  /** Corrects what was expected. The room an answer told of is left as it is: the service tells of
   * the correction itself, with its next answer. */
  giveBack(amount: number): void {
    // Never more than a burst; but what is more than that already is left.
    const most = Math.max(this.#credit, burst(this.#limit));
    this.#credit = Math.min(most, this.#credit + amount);
  }

  /** Takes in what the answer to a request says that was sent at `sentAt`, when `taken` had been taken, its own
   * share included. Of several answers the one to the latest request counts. */
  learn({ limit, remaining, resetInMs }: Limit, taken: number, sentAt: number, now: number): void {
    if (limit !== this.#limit) this.#setLimit(limit, now);
    if (remaining === undefined || resetInMs === undefined) return;
    if (this.#known && this.#known.taken > taken) return;
    // A bucket is full when what is missing has been refilled; a window, whenever it ends.
    const refill = limit / MINUTE_MS;
    const missing = (limit - remaining) / refill;
    const isBucket = resetInMs < missing + 1_500 && now + resetInMs - sentAt > missing - 1_500;
    this.#known = {
      remaining,
      // It is never further off than that, whatever our clock says.
      resetAt: now + Math.min(resetInMs, MINUTE_MS),
      taken,
      at: now,
      refill: isBucket ? refill : 0,
    };
  }

  #setLimit(limit: number, now: number): void {
    if (this.#limit === Infinity) {
      // What was not used while the limit was unknown is made up for.
      const unused = perMs(limit) * (now - this.#firstTakenAt) - this.#taken;
      this.#credit = burst(limit) + Math.max(0, unused);
    }
    this.#refill(now);
    this.#limit = limit;
    this.#creditAt = now;
  }

  /** Milliseconds until the service has room for `amount`, as far as it told: others may use the same limit. */
  #waitForRoom(amount: number, now: number): number {
    if (!this.#known) return 0;
    const { remaining, resetAt, taken, at, refill } = this.#known;
    if (now >= resetAt) {
      this.#known = undefined;
      return 0;
    }
    const missing = amount - (remaining + refill * (now - at) - (this.#taken - taken));
    if (missing <= 0) return 0;
    return Math.min(resetAt - now, refill > 0 ? missing / refill : Infinity);
  }

  #refill(now: number): void {
    if (this.#limit === Infinity) return;
    this.giveBack((now - this.#creditAt) * perMs(this.#limit));
    this.#creditAt = now;
  }
}

function perMs(limit: number): number {
  return (limit * USED_SHARE) / MINUTE_MS;
}

function burst(limit: number): number {
  return Math.max(1, limit * BURST_SHARE);
}
