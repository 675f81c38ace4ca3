import { addMisses, type Cluster, logLikelihood, meanCorrelation, meanQuantile } from './beta-binomial.ts';

/** How many of the worst clusters keep their misses, when those of the others are mended. */
const KEPT = [1, 2, 3, 5, 8, 13, 21, 34, 55];

/** Ways to mend misses: which clusters keep some, the first of them first, and how many these keep. */
const MENDINGS: readonly {
  readonly order: (cluster: Cluster) => number;
  readonly kept: (misses: number) => number;
}[] = [
  { order: ({ misses }) => misses, kept: (misses) => misses },
  { order: ({ misses, size }) => misses / size, kept: (misses) => misses },
  { order: ({ size }) => size, kept: (misses) => Math.min(misses, 1) },
  { order: ({ misses }) => misses, kept: (misses) => Math.min(misses, Math.ceil(misses / 2)) },
  { order: ({ misses }) => misses, kept: (misses) => Math.min(misses, 1) },
];

/** Lower limits for the mean of values in clusters: the least quantile of the posterior over the values as they are
 * and as they would be with some misses mended. So mended misses hardly ever lower it. */
export class LowerLimit {
  readonly #clusters: readonly Cluster[];
  readonly #own: Float64Array;
  readonly #others: Iterator<Float64Array>;
  /** Log likelihoods of the data sets, as far as they were asked for. */
  readonly #logs: Float64Array[];

  constructor(clusters: readonly Cluster[]) {
    this.#clusters = clusters;
    this.#own = logLikelihood(clusters);
    this.#logs = [this.#own];
    this.#others = mended(clusters);
  }

  /** The limit that the mean is below with a chance of `tail`. `scale` is how many times as many clusters there are. */
  at(tail: number, scale = 1): number {
    let least = 1;
    for (const log of this.#all()) least = Math.min(least, meanQuantile(log, tail, scale));
    return Math.max(least - this.#flattery(), 0);
  }

  /** Whether `at` is above a value of at least zero. The first data set that says no is enough. */
  exceeds(value: number, tail: number, scale = 1): boolean {
    const needed = value + this.#flattery();
    for (const log of this.#all()) if (meanQuantile(log, tail, scale) <= needed) return false;
    return true;
  }

  *#all(): Generator<Float64Array> {
    yield* this.#logs;
    for (let next = this.#others.next(); !next.done; next = this.#others.next()) {
      this.#logs.push(next.value);
      yield next.value;
    }
  }

  /** How much better a cluster does than a value: where large clusters are the harder ones, weighting clusters by what
   * they tell would flatter the mean. */
  #flattery(): number {
    const alike = meanCorrelation(this.#own);
    const weighted = { weight: 0, right: 0 };
    const plain = { weight: 0, right: 0 };
    for (const { misses, size } of this.#clusters) {
      const share = 1 - misses / size;
      const weight = size / (1 + Math.max(size - 1, 0) * alike);
      weighted.weight += weight;
      weighted.right += weight * share;
      plain.weight += size;
      plain.right += size * share;
    }
    return Math.max(weighted.right / weighted.weight - plain.right / plain.weight, 0);
  }
}

/** Log likelihoods without any miss, and with some of the misses. */
function* mended(clusters: readonly Cluster[]): Generator<Float64Array> {
  const perfect = perfectOf(clusters.map(({ size }) => size));
  yield perfect;
  const failing = clusters.filter(({ misses }) => misses > 0);
  const seen = new Set<string>();
  for (const { order, kept } of MENDINGS) {
    const ordered = failing.toSorted((one, other) => order(other) - order(one)).slice(0, KEPT.at(-1));
    const left = ordered.map(({ misses, size }): Cluster => ({ misses: kept(misses), size }));
    let log = perfect;
    let before = 0;
    for (const count of KEPT.filter((one) => one <= left.length)) {
      log = withMisses(log, left.slice(before, count));
      before = count;
      const name = nameOf(left.slice(0, count));
      if (!seen.has(name)) yield log;
      seen.add(name);
    }
  }
}

/** Of the sizes that were asked for last: the rules of an agent, their controls and either limit share them. */
let lastPerfect: { readonly name: string; readonly log: Float64Array } = {
  name: '',
  log: new Float64Array(),
};

function perfectOf(sizes: readonly number[]): Float64Array {
  const name = sizes.toSorted().join();
  if (lastPerfect.name !== name) {
    lastPerfect = { name, log: logLikelihood(sizes.map((size) => ({ misses: 0, size }))) };
  }
  return lastPerfect.log;
}

function withMisses(log: Float64Array, clusters: readonly Cluster[]): Float64Array {
  const found = log.slice();
  const alike = Map.groupBy(clusters, ({ misses, size }) => `${misses}/${size}`);
  for (const same of alike.values()) {
    const [{ misses, size }] = same as [Cluster];
    addMisses(found, misses, size, same.length);
  }
  return found;
}

/** The same for the same clusters in another order. */
function nameOf(clusters: readonly Cluster[]): string {
  return clusters
    .map(({ misses, size }) => `${misses}/${size}`)
    .sort()
    .join();
}
