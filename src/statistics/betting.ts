/** Shares of the capital put at risk, side by side. Whatever the values are, one of these shares is near the best. */
const FRACTIONS = [0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99];
const ROUNDING = 1e-9;

/** Bets, value by value, against two hypotheses: the mean of a finite population is at most `mean`, or at least
 * `mean`. Values are in [0, 1] and drawn in random order without replacement. Under a true hypothesis the capital is a
 * non-negative martingale that starts at 1, or it falls. It ever reaches 1/α with a chance of at most α (Ville 1939).
 * Source: the capital process for sampling without replacement, with bets over a grid, of I. Waudby-Smith and
 * A. Ramdas, Estimating means of bounded random variables by betting, JRSS B 86, 2024. */
export class Bets {
  readonly #mean: number;
  readonly #population: number;
  readonly #up = new Float64Array(FRACTIONS.length);
  readonly #down = new Float64Array(FRACTIONS.length);
  #drawn = 0;
  #sum = 0;
  /** Logarithm of the greatest capital so far against "at most `mean`". */
  highest = 0;
  /** Logarithm of the greatest capital so far against "at least `mean`". */
  lowest = 0;

  constructor(mean: number, population: number) {
    this.#mean = mean;
    this.#population = population;
  }

  /** Takes the next value. Null stands for no score: it counts as `mean`, so the mean of the others stays as it is. */
  add(value: number | null): void {
    const x = value ?? this.#mean;
    // The mean of the values still to come, if the population's mean is `mean`.
    const rest = (this.#population * this.#mean - this.#sum) / (this.#population - this.#drawn);
    this.highest = Math.max(this.highest, win(this.#up, x, rest));
    this.lowest = Math.max(this.lowest, win(this.#down, 1 - x, 1 - rest));
    this.#sum += x;
    this.#drawn += 1;
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
