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
/** Of 36 kB each. */
const MAX_TABLES = 256;
const tables = new Map<number, Float64Array>();

/** Σ ln(μ + jθ) over j < `count`, by cell; θ = ρ / (1 − ρ). */
function risingLog(count: number): Float64Array {
  const known = tables.get(count);
  if (known) return known;
  const table = new Float64Array(CELLS);
  for (let row = 0; row < CORRELATIONS; row += 1) {
    const rho = correlations[row] as number;
    for (let mean = 0; mean < MEANS; mean += 1) {
      table[row * MEANS + mean] = logOfProduct(means[mean] as number, rho / (1 - rho), count);
    }
  }
  if (tables.size >= MAX_TABLES) tables.clear();
  tables.set(count, table);
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

/** The log likelihood of a cluster of `size` values of which `misses` are misses, by cell. Fractions lie linearly
 * between whole numbers. */
export function logLikelihood(misses: number, size: number): Float64Array {
  const right = between(size - misses);
  const wrong = between(misses);
  const found = new Float64Array(CELLS);
  const whole = Math.floor(size);
  for (let row = 0; row < CORRELATIONS; row += 1) {
    const rho = correlations[row] as number;
    const step = rho / (1 - rho);
    const all = logOfProduct(1, step, whole) + (size - whole) * Math.log(1 + whole * step);
    const start = row * MEANS;
    for (let mean = 0; mean < MEANS; mean += 1) {
      const mirrored = start + MEANS - 1 - mean;
      found[start + mean] = (right[start + mean] as number) + (wrong[mirrored] as number) - all;
    }
  }
  return found;
}

function between(count: number): Float64Array {
  const whole = Math.floor(count);
  const low = risingLog(whole);
  const part = count - whole;
  if (part < 1e-9) return low;
  const high = risingLog(whole + 1);
  const found = new Float64Array(CELLS);
  for (let cell = 0; cell < CELLS; cell += 1) {
    found[cell] = (1 - part) * (low[cell] as number) + part * (high[cell] as number);
  }
  return found;
}

/** The posterior masses of a log likelihood, times a constant. `scale` is how often the data are counted. */
function posterior(log: Float64Array, scale: number): Float64Array {
  const masses = new Float64Array(CELLS);
  let most = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < CELLS; cell += 1) {
    const value = (log[cell] as number) * scale + (logPrior[cell] as number);
    masses[cell] = value;
    if (value > most) most = value;
  }
  for (let cell = 0; cell < CELLS; cell += 1) {
    const below = (masses[cell] as number) - most;
    masses[cell] = below > NEGLIGIBLE ? Math.exp(below) : 0;
  }
  return masses;
}

/** A quantile of the marginal posterior of the mean. */
export function meanQuantile(log: Float64Array, probability: number, scale = 1): number {
  const masses = posterior(log, scale);
  const marginal = new Float64Array(MEANS);
  for (let start = 0; start < CELLS; start += MEANS) {
    for (let mean = 0; mean < MEANS; mean += 1) {
      marginal[mean] = (marginal[mean] as number) + (masses[start + mean] as number);
    }
  }
  let left = probability * marginal.reduce((sum, mass) => sum + mass, 0);
  let mean = 0;
  while (mean < MEANS - 1 && left > (marginal[mean] as number)) {
    left -= marginal[mean] as number;
    mean += 1;
  }
  const part = Math.min(left / (marginal[mean] as number), 1);
  return Math.sin((mean + part) * STEP) ** 2;
}

/** The posterior mean of the correlation. */
export function meanCorrelation(log: Float64Array): number {
  const masses = posterior(log, 1);
  let all = 0;
  let sum = 0;
  for (let cell = 0; cell < CELLS; cell += 1) {
    all += masses[cell] as number;
    sum += (masses[cell] as number) * (correlations[Math.floor(cell / MEANS)] as number);
  }
  return sum / all;
}
