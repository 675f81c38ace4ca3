export interface RateLimitOptions {
  readonly requestsPerMinute: number;
  /** `bucket` refills all the time, as the real one; `window` counts from one whole minute to the next. */
  readonly kind: 'bucket' | 'window';
  /** Requests a full bucket holds; a minute's worth by default. */
  readonly capacity?: number;
  /** Whether answers carry the `anthropic-ratelimit-*` headers. */
  readonly headers: boolean;
  readonly inputTokensPerMinute?: number;
  readonly outputTokensPerMinute?: number;
  /** How long this server's minute takes; a real one by default. */
  readonly minuteMs?: number;
}

export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds to wait; undefined when the request was let in. */
  readonly retryAfter: number | undefined;
  /** Corrects what was charged before the output was known. */
  complete(outputTokens: number): void;
}

/** The limits of one model: requests, input tokens and output tokens a minute. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #limits: readonly { readonly name: string; readonly limit: Limit; charge(call: Charge): number }[];

  constructor(options: RateLimitOptions) {
    this.#options = options;
    const limit = (perMinute: number, capacity = perMinute) =>
      new (options.kind === 'bucket' ? Bucket : Window)(perMinute, capacity, options.minuteMs ?? 60_000);
    const { inputTokensPerMinute: input, outputTokensPerMinute: output } = options;
    this.#limits = [
      { name: 'requests', limit: limit(options.requestsPerMinute, options.capacity), charge: () => 1 },
      ...(input ? [{ name: 'input-tokens', limit: limit(input), charge: (call: Charge) => call.input }] : []),
      ...(output
        ? [{ name: 'output-tokens', limit: limit(output), charge: (call: Charge) => call.output }]
        : []),
    ];
  }

  /** Charges the request `maxTokens` of output in advance, or turns it away without a charge. */
  admit(inputTokens: number, maxTokens: number): Admission {
    const now = Date.now();
    const call = { input: inputTokens, output: maxTokens };
    const waits = this.#limits.map(({ limit, charge }) => limit.waitMs(charge(call), now));
    const waitMs = Math.max(...waits);
    if (waitMs === 0) for (const { limit, charge } of this.#limits) limit.take(charge(call));
    return {
      headers: this.#options.headers ? this.#headers(now) : {},
      retryAfter: waitMs === 0 ? undefined : Math.max(1, Math.ceil(waitMs / 1_000)),
      complete: (outputTokens) => {
        const output = this.#limits.find(({ name }) => name === 'output-tokens');
        output?.limit.take(outputTokens - maxTokens);
      },
    };
  }

  #headers(now: number): Record<string, string> {
    const seconds = (ms: number) => new Date(Math.ceil(ms / 1_000) * 1_000).toISOString().replace('.000', '');
    return Object.fromEntries(
      this.#limits.flatMap(({ name, limit }) => [
        [`anthropic-ratelimit-${name}-limit`, `${limit.perMinute}`],
        [`anthropic-ratelimit-${name}-remaining`, `${Math.max(0, Math.floor(limit.left))}`],
        [`anthropic-ratelimit-${name}-reset`, seconds(limit.fullAt(now))],
      ]),
    );
  }
}

interface Charge {
  readonly input: number;
  readonly output: number;
}

interface Limit {
  readonly perMinute: number;
  readonly left: number;
  /** Milliseconds until `amount` can be had, 0 for at once. */
  waitMs(amount: number, now: number): number;
  /** A negative amount is given back. */
  take(amount: number): void;
  /** When all of it is there again. */
  fullAt(now: number): number;
}

class Bucket implements Limit {
  readonly perMinute: number;
  left: number;
  readonly #capacity: number;
  readonly #perMs: number;
  #filledAt = Date.now();

  constructor(perMinute: number, capacity: number, minuteMs: number) {
    this.perMinute = perMinute;
    this.#perMs = perMinute / minuteMs;
    this.#capacity = capacity;
    this.left = capacity;
  }

  waitMs(amount: number, now: number): number {
    this.left = Math.min(this.#capacity, this.left + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    return Math.max(0, (amount - this.left) / this.#perMs);
  }

  take(amount: number): void {
    this.left = Math.min(this.#capacity, this.left - amount);
  }

  fullAt(now: number): number {
    return now + (this.#capacity - this.left) / this.#perMs;
  }
}

class Window implements Limit {
  readonly perMinute: number;
  left: number;
  readonly #capacity: number;
  readonly #minuteMs: number;
  #start = Date.now();

  constructor(perMinute: number, capacity: number, minuteMs: number) {
    this.perMinute = perMinute;
    this.#capacity = capacity;
    this.#minuteMs = minuteMs;
    this.left = capacity;
  }

  waitMs(amount: number, now: number): number {
    const over = Math.floor((now - this.#start) / this.#minuteMs);
    if (over > 0) this.left = this.#capacity;
    this.#start += over * this.#minuteMs;
    return amount <= this.left ? 0 : this.fullAt() - now;
  }

  take(amount: number): void {
    this.left = Math.min(this.#capacity, this.left - amount);
  }

  fullAt(): number {
    return this.#start + this.#minuteMs;
  }
}
