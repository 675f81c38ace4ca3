/** The likelihood of clustered values under a beta-binomial model, on a fixed grid of its two parameters: the mean μ
 * and the correlation ρ of values of one cluster. Midpoints are equal steps of φ and u: μ = sin²φ, ρ = u². */
const MEANS = 160;
const CORRELATIONS = 28;
const CELLS = MEANS * CORRELATIONS;
const STEP = Math.PI / 2 / MEANS;

const means = Float64Array.from({ length: MEANS }, (_, cell) => Math.sin((cell + 0.5) * STEP) ** 2);
const correlations = Float64Array.from(
  { length: CORRELATIONS },
  (_, cell) => ((cell + 0.5) / CORRELATIONS) ** 2,
);

/** Logarithms of the prior: ρ is Beta(½, ½), μ is Beta(¼, ¾), which favours small means. */
const logPrior = Float64Array.from({ length: CELLS }, (_, cell) => {
  const mean = means[cell % MEANS] as number;
  const row = Math.floor(cell / MEANS);
  const mass = Math.asin((row + 1) / CORRELATIONS) - Math.asin(row / CORRELATIONS);
  return Math.log(mass) + (Math.log1p(-mean) - Math.log(mean)) / 4;
});

/** Masses below e^-25 of the greatest are as good as none. */
const NEGLIGIBLE = -25;
/** Products of more factors would leave the range of numbers. */
const FACTORS = 32;
/** Tables kept, 36 kB each. */
const MAX_TABLES = 256;
const rising = new Map<number, Float64Array>();

/** Σ ln(μ + jθ) over j < `count`, by cell; θ = ρ / (1 − ρ). */
function risingLog(count: number): Float64Array {
  const known = rising.get(count);
  if (known) return known;
  const table = new Float64Array(CELLS);
  for (let row = 0; row < CORRELATIONS; row += 1) {
    const rho = correlations[row] as number;
    for (let mean = 0; mean < MEANS; mean += 1) {
      table[row * MEANS + mean] = logOfProduct(means[mean] as number, rho / (1 - rho), count);
    }
  }
  if (rising.size >= MAX_TABLES) rising.clear();
  rising.set(count, table);
  return table;
}

function logOfProduct(first: number, step: number, count: number): number {
  let log = 0;
  for (let from = 0; from < count; from += FACTORS) {
    let product = 1;
    const to = Math.min(count, from + FACTORS);
    for (let factor = from; factor < to; factor += 1) product *= first + factor * step;
    log += Math.log(product);
  }
  return log;
}

/** How many of the values of a cluster are misses. */
export interface Cluster {
  /** In [0, size]; not always whole. */
  readonly misses: number;
  readonly size: number;
}

/** The log likelihood of clusters, by cell. Fractions lie linearly between whole numbers. */
export function logLikelihood(clusters: readonly Cluster[]): Float64Array {
  const right = sumOfTables(clusters.map(({ misses, size }) => size - misses));
  const wrong = sumOfTables(clusters.map(({ misses }) => misses));
  const sizes = Map.groupBy(clusters, ({ size }) => size);
  for (let row = 0; row < CORRELATIONS; row += 1) {
    const rho = correlations[row] as number;
    const step = rho / (1 - rho);
    let all = 0;
    for (const [size, { length }] of sizes) {
      const whole = Math.floor(size);
      all += length * (logOfProduct(1, step, whole) + (size - whole) * Math.log(1 + whole * step));
    }
    const [start, last] = [row * MEANS, 2 * row * MEANS + MEANS - 1];
    for (let cell = start; cell < start + MEANS; cell += 1) {
      right[cell] = (right[cell] as number) + (wrong[last - cell] as number) - all;
    }
  }
  return right;
}

function sumOfTables(counts: readonly number[]): Float64Array {
  const sum = new Float64Array(CELLS);
  for (const [count, { length }] of Map.groupBy(counts, (count) => count)) {
    if (count > 0) addTimes(sum, between(count), length);
  }
  return sum;
}

/** What changes in a log likelihood when a cluster of `size` values without a miss has some. Fractions lie linearly
 * between whole numbers. */
export function changeOf({ misses, size }: Cluster): Float64Array {
  const [all, right, wrong] = [between(size), between(size - misses), between(misses)];
  const change = new Float64Array(CELLS);
  for (let start = 0; start < CELLS; start += MEANS) {
    const last = 2 * start + MEANS - 1;
    for (let cell = start; cell < start + MEANS; cell += 1) {
      const mirrored = wrong[last - cell] as number;
      change[cell] = (right[cell] as number) - (all[cell] as number) + mirrored;
    }
  }
  return change;
}

function between(count: number): Float64Array {
  const whole = Math.floor(count);
  const part = count - whole;
  const low = risingLog(whole);
  if (part < 1e-9) return low;
  const found = new Float64Array(CELLS);
  addTimes(found, low, 1 - part);
  addTimes(found, risingLog(whole + 1), part);
  return found;
}

/** Adds values to a log likelihood, so many times. */
export function addTimes(log: Float64Array, values: Float64Array, times: number): void {
  for (let cell = 0; cell < CELLS; cell += 1) {
    log[cell] = (log[cell] as number) + times * (values[cell] as number);
  }
}

/** Scratch of `posteriorOf`. */
const weighted = new Float64Array(CELLS);

/** What the posterior of a log likelihood says: a quantile of the mean, and the mean of the correlation. `scale` is how
 * often the data are counted. */
export function posteriorOf(log: Float64Array, probability: number, scale: number) {
  let most = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < CELLS; cell += 1) {
    const value = (log[cell] as number) * scale + (logPrior[cell] as number);
    weighted[cell] = value;
    if (value > most) most = value;
  }
  const ofMeans = new Float64Array(MEANS);
  let sum = 0;
  let alike = 0;
  for (let row = 0; row < CORRELATIONS; row += 1) {
    const start = row * MEANS;
    let ofRow = 0;
    for (let mean = 0; mean < MEANS; mean += 1) {
      const below = (weighted[start + mean] as number) - most;
      if (below <= NEGLIGIBLE) continue;
      const mass = Math.exp(below);
      ofMeans[mean] = (ofMeans[mean] as number) + mass;
      ofRow += mass;
    }
    sum += ofRow;
    alike += ofRow * (correlations[row] as number);
  }
  let left = probability * sum;
  let mean = 0;
  while (mean < MEANS - 1 && left > (ofMeans[mean] as number)) {
    left -= ofMeans[mean] as number;
    mean += 1;
  }
  const part = Math.min(left / (ofMeans[mean] as number), 1);
  return { quantile: Math.sin((mean + part) * STEP) ** 2, correlation: alike / sum };
}
