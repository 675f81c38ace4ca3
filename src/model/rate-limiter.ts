import { InFlightGate, waitInLine } from './in-flight-gate.ts';
import { DIMENSIONS, type LimitStatus } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a request takes of the limits. */
export interface Need {
  /** Estimated. */
  readonly inputTokens: number;
  /** The most it may answer: the service, too, charges that until it knows better. */
  readonly outputTokens: number;
}

/** Leave to send one try. One of its methods is called once the try has ended. */
export interface Permit {
  /** `used`: what of the limits the call took in truth. */
  succeeded(limits: LimitStatus, used: Need): void;
  /** The service turned it away for its limits. */
  rateLimited(limits: LimitStatus, retryAfterMs: number | undefined): void;
  /** Any other end: costs the others nothing. */
  failed(limits: LimitStatus): void;
}

/** Calls of all models that may be in flight, those included that wait to be tried again. */
export const MAX_IN_FLIGHT = 128;
/** Calls in flight from the start: as many as have to fail for a run to be given up, so that a dead service is
 * found out in the time of one call's tries. */
const FIRST_IN_FLIGHT = 20;
/** Tries on the wire at first. */
const FIRST_ON_WIRE = 8;
/** What of the window is left by a burst of 429s. */
const SHRINK = 0.8;
/** Share of a round over which its tries are spread. */
const SPREAD = 0.8;
/** Weight of the latest success in a mean. */
const WEIGHT = 0.1;
/** The first and the longest pause after a 429 that does not say how long. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;

/** How much one model is asked at a time. Two gates: calls enter to be in flight, and their tries wait, first
 * come first served, for a permit to go on the wire. Permits are limited by
 *
 * - a window of tries on the wire, which grows by one with each success while it is what limits (by one a round
 *   after the first 429), and shrinks once per burst of 429s;
 * - the pace of the limits that the answers' headers tell, so that there is no 429 in the first place. Where
 *   they tell none the window finds what the service bears;
 * - a pause after a 429, as long as the service asks for. */
export class AdaptiveRateLimiter {
  readonly #buckets = DIMENSIONS.map((dimension) => ({ dimension, bucket: new TokenBucket() }));
  /** Most calls in flight; may change. */
  #ceiling: number;
  /** Calls enter it to be in flight. */
  readonly gate: InFlightGate;
  #window = FIRST_ON_WIRE;
  #onWire = 0;
  readonly #waiting = new Set<{ readonly need: Need; resolve(permit: Permit): void }>();
  #timer: NodeJS.Timeout | undefined;
  #pausedUntil = 0;
  /** Mean of the successes; 0 before the first. */
  #latencyMs = 0;
  #lastGivenAt = 0;
  /** Mean share of the output a request may take that it does take. */
  #outputShare = 1;
  /** Permits given. */
  #given = 0;
  /** Permits given when a burst of 429s was first heard of: later 429s of these belong to that burst. */
  #givenAtCut = 0;
  /** Most tries on the wire since then. */
  #busiest = 0;
  /** Bursts since the last success. */
  #closed = 0;

  constructor(ceiling = MAX_IN_FLIGHT) {
    this.#ceiling = ceiling;
    this.gate = new InFlightGate(Math.min(ceiling, FIRST_IN_FLIGHT));
  }

  /** Most calls in flight. */
  set ceiling(ceiling: number) {
    this.#ceiling = ceiling;
    this.#setCapacity();
  }

  /** Waits until a try may be sent; undefined once aborted. */
  permit(need: Need, signal: AbortSignal): Promise<Permit | undefined> {
    return waitInLine<Permit>(signal, (resolve) => {
      const waiting = { need, resolve };
      this.#waiting.add(waiting);
      this.#serve();
      return () => {
        this.#waiting.delete(waiting);
        if (this.#waiting.size === 0) clearTimeout(this.#timer);
      };
    });
  }

  /** Twice the window, so that the next prompts are at hand when the window or the pace allows them. */
  #setCapacity(): void {
    this.gate.capacity = Math.min(this.#ceiling, Math.max(FIRST_IN_FLIGHT, 2 * this.#window));
  }

  get #isFull(): boolean {
    return this.#onWire + 1 > this.#window;
  }

  #serve(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    for (const waiting of this.#waiting) {
      if (this.#isFull) return; // a try that ends serves again
      const wait = Math.max(this.#wait(waiting.need, now), this.#lastGivenAt + this.#spacing - now);
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(wait));
        return;
      }
      this.#waiting.delete(waiting);
      waiting.resolve(this.#give(waiting.need, now));
    }
  }

  #wait(need: Need, now: number): number {
    const asked = amounts(need);
    const expected = this.#expected(need);
    const waits = this.#buckets.map(({ dimension, bucket }) =>
      bucket.wait(asked[dimension], expected[dimension], now),
    );
    return Math.max(0, this.#pausedUntil - now, ...waits);
  }

  /** Milliseconds between two tries. Those that were held back by a pause, sent all at once, would only meet
   * the limit again; what the window allows in a round is spread over most of it. */
  get #spacing(): number {
    return this.#givenAtCut > 0 ? (SPREAD * this.#latencyMs) / this.#window : 0;
  }

  #give(need: Need, sentAt: number): Permit {
    this.#lastGivenAt = sentAt;
    this.#onWire += 1;
    this.#given += 1;
    this.#busiest = Math.max(this.#busiest, this.#onWire);
    const number = this.#given;
    const asked = amounts(need);
    const expected = this.#expected(need);
    const taken = this.#buckets.map(({ dimension, bucket }) => ({
      dimension,
      bucket,
      inAll: bucket.take(asked[dimension], expected[dimension], sentAt),
    }));
    const ended = (limits: LimitStatus, used: Need) => {
      this.#onWire -= 1;
      const now = performance.now();
      for (const { dimension, bucket, inAll } of taken) {
        const told = limits[dimension];
        if (told) bucket.learn(told, inAll, sentAt, now);
        bucket.giveBack(expected[dimension] - amounts(used)[dimension]);
      }
    };
    return {
      succeeded: (limits, used) => {
        this.#grow();
        this.#closed = 0;
        this.#latencyMs += (performance.now() - sentAt - this.#latencyMs) * WEIGHT;
        ended(limits, used);
        const share = Math.min(1, used.outputTokens / need.outputTokens);
        this.#outputShare += (share - this.#outputShare) * WEIGHT;
        this.#serve();
      },
      rateLimited: (limits, retryAfterMs) => {
        ended(limits, NOTHING);
        this.#cut(number, retryAfterMs);
        this.#serve();
      },
      failed: (limits) => {
        ended(limits, NOTHING);
        this.#serve();
      },
    };
  }

  /** Called by a success, its own try still being counted. */
  #grow(): void {
    const [next] = this.#waiting;
    if (!this.#isFull || !next || this.#wait(next.need, performance.now()) > 0) return;
    const growth = this.#givenAtCut > 0 ? 1 / this.#window : 1;
    this.#window = Math.min(MAX_IN_FLIGHT, this.#window + growth);
    this.#setCapacity();
  }

  #cut(number: number, retryAfterMs: number | undefined): void {
    const now = performance.now();
    if (retryAfterMs !== undefined) this.#pauseFor(retryAfterMs, now);
    if (number <= this.#givenAtCut) return;
    // A service that lets nothing through, or has not yet, is closed: that says nothing new of what it bears.
    if (this.#closed === 0 && this.#latencyMs > 0) {
      this.#window = Math.max(1, Math.min(this.#window, this.#busiest) * SHRINK);
      this.#setCapacity();
    }
    if (retryAfterMs === undefined) {
      this.#pauseFor(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** this.#closed), now);
    }
    this.#closed += 1;
    this.#givenAtCut = this.#given;
    this.#busiest = this.#onWire;
  }

  #pauseFor(ms: number, now: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
  }

  #expected({ inputTokens, outputTokens }: Need) {
    return amounts({ inputTokens, outputTokens: outputTokens * this.#outputShare });
  }
}

const NOTHING: Need = { inputTokens: 0, outputTokens: 0 };

/** What a need takes of each limit. */
function amounts({ inputTokens, outputTokens }: Need): Record<(typeof DIMENSIONS)[number], number> {
  return { requests: 1, inputTokens, outputTokens, tokens: inputTokens + outputTokens };
}
