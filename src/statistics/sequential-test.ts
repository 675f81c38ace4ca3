/** Shares of the capital put at risk, side by side. Whatever the values are, one of these shares is near the best. */
const FRACTIONS = [0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99];
const ROUNDING = 1e-9;

export interface SequentialOptions {
  readonly threshold: number;
  /** Number of values that could be drawn, including those without a score. */
  readonly population: number;
  /** Error level of both directions together, 0.05 unless given. */
  readonly alpha?: number;
}

/** Decides whether the mean of a finite population of values in [0, 1] is above or below a threshold. It sees a part
 * of the population, drawn in random order, and may be asked after every value. The chance that it ever decides wrongly
 * is at most `alpha`, whatever the values are. Clusters do no harm: only the order is random.
 *
 * It bets, value by value, against two hypotheses: the mean is at most the threshold, or at least. Under a true hypothesis
 * the capital is a non-negative martingale that starts at 1, or it falls. It ever reaches 1/α with a chance of at most α
 * (Ville 1939). Source: the capital process for sampling without replacement, with bets over a grid, of I. Waudby-Smith
 * and A. Ramdas, Estimating means of bounded random variables by betting, JRSS B 86, 2024. */
export class SequentialTest {
  readonly #threshold: number;
  readonly #population: number;
  /** Logarithm of the capital at which a hypothesis is refuted. */
  readonly #limit: number;
  /** Logarithms of the capital by fraction, against "at most" and against "at least". */
  readonly #up = new Float64Array(FRACTIONS.length);
  readonly #down = new Float64Array(FRACTIONS.length);
  readonly #waiting = new Map<number, number | null>();
  #next = 0;
  #sum = 0;
  /** Undefined while it is open. A decision is final. */
  decision: 'above' | 'below' | undefined;
  /** Number of values used until the decision. */
  used = 0;

  constructor({ threshold, population, alpha = 0.05 }: SequentialOptions) {
    this.#threshold = threshold;
    this.#population = population;
    this.#limit = Math.log(2 / alpha);
  }

  /** Takes the value at `position` (from 0) of the random order, or null if it has no score. Values may arrive in any
   * order. They are used in the drawn order, because values that take long may differ from the others. */
  put(position: number, value: number | null): void {
    this.#waiting.set(position, value);
    for (
      let value = this.#waiting.get(this.#next);
      value !== undefined;
      value = this.#waiting.get(this.#next)
    ) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      if (this.decision !== undefined) continue;
      this.#bet(value);
    }
  }

  /** Takes the next value. Null stands for no score: it counts as the threshold, so the mean of the others stays as it
   * is. */
  #bet(value: number | null): void {
    const x = value ?? this.#threshold;
    // The mean of the values still to come, if the population's mean is the threshold.
    const rest = (this.#population * this.#threshold - this.#sum) / (this.#population - this.used);
    const [up, down] = [win(this.#up, x, rest), win(this.#down, 1 - x, 1 - rest)];
    if (up >= this.#limit) this.decision = 'above';
    else if (down >= this.#limit) this.decision = 'below';
    this.#sum += x;
    this.used += 1;
  }
}

/** Bets every fraction on a value above its expectation. Returns the logarithm of the mean capital. */
function win(logs: Float64Array, value: number, expected: number): number {
  // Below zero the hypothesis is impossible. At zero the first value above zero makes it so.
  if (expected < -ROUNDING || (expected < ROUNDING && value > ROUNDING)) return Number.POSITIVE_INFINITY;
  const odds = expected < ROUNDING ? 0 : value / expected;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, fraction] of FRACTIONS.entries()) {
    const log = (logs[index] as number) + Math.log1p(fraction * (odds - 1));
    logs[index] = log;
    most = Math.max(most, log);
  }
  const sum = logs.reduce((all, log) => all + Math.exp(log - most), 0);
  return most + Math.log(sum / FRACTIONS.length);
}
