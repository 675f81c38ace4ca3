/** Shares of the stake put at risk, side by side: whatever the values turn out to be, one of them is near the best. */
const FRACTIONS = [0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99];
const ROUNDING = 1e-9;

/** Bets, value by value, against the mean of a finite population being at most, and against it being at least,
 * `mean`. Values are in [0, 1] and drawn in random order without replacement. If a hypothesis is true, its capital
 * is a non-negative martingale from 1 or falls, and the chance that it ever reaches 1/α is at most α (Ville 1939).
 * This is the capital process for sampling without replacement, bets diversified over a grid, of I. Waudby-Smith and
 * A. Ramdas, Estimating means of bounded random variables by betting, JRSS B 86, 2024. */
export class Bets {
  readonly #mean: number;
  readonly #population: number;
  readonly #up = new Float64Array(FRACTIONS.length);
  readonly #down = new Float64Array(FRACTIONS.length);
  #drawn = 0;
  #sum = 0;
  /** The most that was ever won against "at most `mean`", as a logarithm. */
  highest = 0;
  /** The same against "at least `mean`". */
  lowest = 0;

  constructor(mean: number, population: number) {
    this.#mean = mean;
    this.#population = population;
  }

  /** Takes the next value; null is one that has no score, which leaves the mean of the others alone: it counts as
   * `mean` itself. */
  add(value: number | null): void {
    const x = value ?? this.#mean;
    // What the rest would have to be on average, were the population's mean `mean`.
    const rest = (this.#population * this.#mean - this.#sum) / (this.#population - this.#drawn);
    this.highest = Math.max(this.highest, win(this.#up, x, rest));
    this.lowest = Math.max(this.lowest, win(this.#down, 1 - x, 1 - rest));
    this.#sum += x;
    this.#drawn += 1;
  }
}

/** Bets on a value above its expectation under the hypothesis, by every fraction: the logarithm of the mean capital. */
function win(logs: Float64Array, value: number, expected: number): number {
  // Below zero the hypothesis is impossible already; at zero, with the first value above it.
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
